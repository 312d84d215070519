package dev.sluice.bench.tools;

import dev.sluice.bench.report.Table;
import dev.sluice.mcp.sandbox.Capacity;
import dev.sluice.mcp.sandbox.Sandbox;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `./sluice bench tools`: what 500 tools of 16 servers cost of a model's context, one by one and
/// in code mode, and how long a program takes to start.
public final class ToolsBench {
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

  /// Prints both tables; takes a minute.
  public static void run() throws InterruptedException {
    try (var sandbox = new Sandbox(Capacity.STANDARD, InstantSource.system())) {
      WarmStart.awaitEngines(sandbox);
      var context = new Context(sandbox);
      var plain = plain(context);
      var codeMode = codeMode(context);
      var session = session(context);
      var one = Cost.of("a result of 40 rows, as a call of one tool has it", context.callOfOne());
      var table =
          new Table("500 tools, 16 servers", "bytes", "tokens", "bytes / 4", "fewer tokens");
      table.add(plain.row(plain));
      table.add(codeMode.row(plain));
      session.forEach(part -> table.add(part.row(plain)));
      table.add(one.row(plain));
      var parts = session.subList(0, 4);
      var whole = new ArrayList<Cost>(parts);
      whole.add(codeMode);
      var sum = Cost.sum("a session: the list, list_tools, two files, a program", whole);
      table.add(sum.row(plain));
      System.out.print(table.markdown());
      System.out.printf(
          Locale.ROOT,
          "%nThe list: %.1f %% fewer tokens (expected: at least 90)%n%n",
          codeMode.fewerTokensThan(plain));
      System.out.print(WarmStart.measured(sandbox).markdown());
    }
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
