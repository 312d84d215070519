package dev.sluice.demo.tools;

import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.demo.parts.Money;
import dev.sluice.demo.parts.Terminal;
import dev.sluice.demo.parts.Terminal.Style;
import dev.sluice.testkit.Waiting;
import dev.sluice.testkit.billing.Tokenizer;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What one key does with tools of two servers.
///
/// @param codeMode edits the manifests: both servers are in code mode from then on
public record ToolScenes(
    GatewayProcess gateway, DemoServers servers, Runnable codeMode, Terminal terminal) {

  private static final String CALLS = "  %-16s %-19s %8s %8s %13s  %s";
  private static final String READ = "  %-16s %12s %13s %9s";
  private static final String GET_ISSUE = "tracker__get_issue";
  private static final String RUN_CODE = "run_code";
  private static final String PROGRAM =
      """
      const { issues } = await servers.tracker.list_issues({ repo: "shop" });
      const open = issues.filter((issue) => issue.state === "open");
      const logins = [...new Set(open.map((issue) => issue.by))];
      const people = await Promise.all(
        logins.map((login) => servers.people.find_person({ login })));
      const team = Object.fromEntries(people.map((person) => [person.login, person.team]));
      const counts = {};
      for (const { by } of open) counts[team[by]] = (counts[team[by]] ?? 0) + 1;
      return counts;
      """;

  public void play() {
    var alice = new ToolSession(gateway.address(), gateway.key("alice"));
    see(alice);
    pay(alice);
    change(alice);
    join(alice);
  }

  /// What the servers have, and what the key sees of it.
  private void see(ToolSession alice) {
    title("alice may use tools of two servers, at one address and with the same key");
    Waiting.until("the tools of both servers", () -> seesAll(alice));
    terminal.line("  the servers have   tracker: delete_issue, get_issue, list_issues");
    terminal.line("                     people: find_person, show_salary");
    terminal.line("  alice sees         " + String.join(", ", own(alice)));
    terminal.line(
        "  The tracker's manifest denies delete_issue to all, and her key is not granted");
    terminal.line("  show_salary.");
  }

  private static boolean seesAll(ToolSession alice) {
    return own(alice).equals(List.of("people__find_person", GET_ISSUE, "tracker__list_issues"));
  }

  /// Without the gateway's own.
  private static List<String> own(ToolSession alice) {
    return alice.tools().stream().filter(tool -> tool.contains("__")).sorted().toList();
  }

  private void pay(ToolSession alice) {
    title("She calls one; the tracker's manifest says $0.002 a call");
    terminal.line(
        Style.DIM, CALLS.formatted("key (team)", "tool", "bytes in", "out", "cost", "outcome"));
    alice.call(GET_ISSUE, argument("id", "7"));
    Waiting.until("the record of the call", () -> !gateway.toolUsage().isEmpty());
    var call = gateway.toolUsage().getFirst();
    terminal.line(
        CALLS.formatted(
            "%s (%s)".formatted(text(call, "key"), text(call, "team")),
            text(call, "server") + " " + text(call, "tool"),
            call.path("inputBytes").asLong(),
            call.path("resultBytes").asLong(),
            Money.exact(new BigDecimal(text(call, "costUsd"))),
            text(call, "outcome")));
  }

  private static String text(JsonNode call, String name) {
    return call.path(name).asString("");
  }

  /// A definition is not what it was when the gateway saw it first.
  private void change(ToolSession alice) {
    title("The tracker's server changes what it says of get_issue");
    servers.change();
    Waiting.until("the changed tool to be hidden", () -> !own(alice).contains(GET_ISSUE));
    terminal.line("  alice sees         " + String.join(", ", own(alice)));
    terminal.line("  $ sluice mcp diff tracker");
    var difference = new StringBuilder();
    Waiting.until("the difference", () -> told(difference));
    difference.toString().lines().forEach(line -> terminal.line(Style.YELLOW, "  " + line));
    terminal.line("  The tool comes back once somebody has written that digest into the manifest.");
  }

  private boolean told(StringBuilder difference) {
    difference.setLength(0);
    difference.append(gateway.difference("tracker"));
    return difference.indexOf("digest sha256:") > 0;
  }

  /// One question, asked tool by tool and by a program.
  private void join(ToolSession alice) {
    title("\"Which team has how many open issues?\": tool by tool, and by a program (Code Mode)");
    var counts = new TreeMap<String, Integer>();
    var plain = toolByTool(alice, counts);
    codeMode.run();
    Waiting.until("code mode", () -> alice.tools().contains(RUN_CODE));
    var code = JsonNodeFactory.instance.objectNode().put("code", PROGRAM);
    var result = alice.call(RUN_CODE, code);
    var said = JsonMapper.shared().readTree(Reading.text(result));
    if (!said.equals(JsonMapper.shared().valueToTree(counts))) {
      throw new IllegalStateException("run_code: %s (expected: %s)".formatted(said, counts));
    }
    PROGRAM.lines().forEach(line -> terminal.line(Style.DIM, "    " + line));
    terminal.line("  answers " + said);
    terminal.line(Style.DIM, READ.formatted("", "model calls", "context bytes", "tokens"));
    print("tool by tool", plain);
    print("by a program", Reading.NOTHING.and(code, result));
    terminal.line(
        "  Each call inside was authorised, and is in the ledger. What tells the model of");
    terminal.line(
        "  tools is now %,d tokens long, and hardly longer where the servers have 500."
            .formatted(Tokenizer.count(alice.list().path("tools").toString())));
  }

  private static Reading toolByTool(ToolSession alice, Map<String, Integer> counts) {
    var repo = argument("repo", "shop");
    var issues = alice.call("tracker__list_issues", repo);
    var read = Reading.NOTHING.and(repo, issues);
    var teams = new TreeMap<String, String>();
    for (var issue : issues.at("/structuredContent/issues")) {
      if (!text(issue, "state").equals("open")) {
        continue;
      }
      var by = text(issue, "by");
      if (!teams.containsKey(by)) {
        var login = argument("login", by);
        var person = alice.call("people__find_person", login);
        read = read.and(login, person);
        teams.put(by, person.at("/structuredContent/team").asString());
      }
      counts.merge(teams.get(by), 1, Integer::sum);
    }
    return read;
  }

  private void print(String how, Reading read) {
    terminal.line(
        READ.formatted(
            how, read.calls(), "%,d".formatted(read.bytes()), "%,d".formatted(read.tokens())));
  }

  private static ObjectNode argument(String name, String value) {
    return JsonNodeFactory.instance.objectNode().put(name, value);
  }

  private void title(String text) {
    terminal.line();
    terminal.line(Style.BOLD, text);
  }
}
