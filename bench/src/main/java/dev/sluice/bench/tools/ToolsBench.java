package dev.sluice.bench.tools;

import dev.sluice.bench.report.Table;
import dev.sluice.mcp.sandbox.Capacity;
import dev.sluice.mcp.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `./sluice bench tools`: what 500 tools of 16 servers cost of a model's context, one by one and
/// in code mode, how long a program takes to start, and what the gateway adds to a call.
public final class ToolsBench {
  private static final int WARM_MILLIS_MAX = 50;
  private static final int FEWER_PERCENT_MIN = 90;
  private static final String PROGRAM =
      """
      const [open, incidents] = await Promise.all([
        servers.tracker.search_ticket({query: "checkout timeout", state: "open"}),
        servers.pages.list_incident({state: "open"}),
      ]);
      const owners = new Set(incidents.items.map((i) => i.owner));
      return open.items.filter((t) => owners.has(t.owner)).map((t) => [t.id, t.owner]).slice(0, 10);
      """;

  private ToolsBench() {}

  /// Prints each table when it is known; takes up to three minutes.
  ///
  /// @param program the launcher
  /// @param envoy the yardstick
  /// @return whether all targets are reached
  public static boolean run(Path program, String envoy, Path folder)
      throws IOException, InterruptedException {
    var verdicts = new ArrayList<Verdict>();
    try (var sandbox = new Sandbox(Capacity.STANDARD, InstantSource.system())) {
      long first = WarmStart.first(sandbox);
      print(tokens(new Context(sandbox)));
      var warm = WarmStart.measured(sandbox, first);
      print(warm.table());
      var start = warm.simple();
      verdicts.add(Verdict.atMost(WARM_MILLIS_MAX, "a sandbox's warm start, p50 ms", start.p50()));
      verdicts.add(Verdict.atMost(WARM_MILLIS_MAX, "a sandbox's warm start, p99 ms", start.p99()));
    }
    try (var world = ToolWorld.start(program, envoy, folder)) {
      world.awaitTools();
      through(world, verdicts);
    }
    print(Verdict.table(verdicts));
    return Verdict.allReached(verdicts);
  }

  private static void through(ToolWorld world, List<Verdict> verdicts)
      throws IOException, InterruptedException {
    var calls = new CallTimes(world);
    calls.warmUp();
    print(calls.latency());
    print(calls.throughput());
    var sessions = new ManySessions(world);
    print(sessions.measured());
    sessions.errors().stream().distinct().limit(5).forEach(System.out::println);
    verdicts.add(Verdict.atMost(0, "errors of 200 sessions at once", sessions.errors().size()));
    var plain = Listing.of(world.all("plain"));
    var codeMode = Listing.of(world.all("code"));
    var table = new Table("through the gateway", "ms p50", "ms p99", "bytes", "tokens", "pages");
    table.add(listed("tools/list, one by one", plain, Listing.times(world.all("plain"))));
    table.add(listed("tools/list, code mode", codeMode, Listing.times(world.all("code"))));
    print(table);
    double fewer = codeMode.cost("").fewerTokensThan(plain.cost(""));
    verdicts.add(Verdict.atLeast(FEWER_PERCENT_MIN, "fewer tokens in code mode, percent", fewer));
  }

  private static List<String> listed(String what, Listing listing, Times times) {
    var cost = listing.cost(what);
    return List.of(
        what,
        Times.text(times.p50()),
        Times.text(times.p99()),
        String.format(Locale.ROOT, "%,d", listing.wireBytes()),
        String.format(Locale.ROOT, "%,d", cost.tokens()),
        Integer.toString(listing.pages()));
  }

  private static void print(Table table) {
    System.out.println(table.markdown());
  }

  private static Table tokens(Context context) {
    var plain = plain(context);
    var codeMode = codeMode(context);
    var session = session(context);
    var table = new Table("500 tools, 16 servers", "bytes", "tokens", "bytes / 4", "fewer tokens");
    table.add(plain.row(plain));
    table.add(codeMode.row(plain));
    session.forEach(part -> table.add(part.row(plain)));
    var one = Cost.of("a result of 40 rows, as a call of one tool has it", context.callOfOne());
    table.add(one.row(plain));
    var whole = new ArrayList<Cost>(session.subList(0, 4));
    whole.add(codeMode);
    table.add(Cost.sum("a session: the list, list_tools, two files, a program", whole).row(plain));
    return table;
  }

  static Cost plain(Context context) {
    return Cost.of("tools/list, one by one", context.plain());
  }

  static Cost codeMode(Context context) {
    return Cost.of("tools/list, code mode", context.codeMode());
  }

  static List<Cost> session(Context context) {
    return List.of(
        called(context, "list_tools, names", "list_tools", object()),
        called(context, "read_tools, 31 tools", "read_tools", file("tracker")),
        called(context, "read_tools, 31 more", "read_tools", file("pages")),
        called(
            context, "run_code, two calls of 40 rows", "run_code", object().put("code", PROGRAM)),
        called(context, "list_tools, summaries", "list_tools", object().put("detail", "summaries")),
        called(
            context,
            "search_tools, five found",
            "search_tools",
            object().put("query", "search tickets")));
  }

  private static Cost called(Context context, String what, String name, ObjectNode arguments) {
    return Cost.of(what, context.called(name, arguments));
  }

  private static ObjectNode file(String server) {
    return object().put("file", "servers/" + server + ".d.ts");
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
