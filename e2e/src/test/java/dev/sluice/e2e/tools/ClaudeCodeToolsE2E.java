package dev.sluice.e2e.tools;

import static dev.sluice.e2e.tools.ScriptedModel.call;
import static dev.sluice.e2e.tools.ScriptedModel.load;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.tools.FrontDoor.Era;
import dev.sluice.e2e.tools.ScriptedModel.Outcome;
import dev.sluice.testkit.ClaudeCode;
import dev.sluice.testkit.script.Script;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// The real Claude Code with the gateway as its server of tools, in both eras of the protocol: what
/// the model is told, and what is in the books.
final class ClaudeCodeToolsE2E {

  private static final Duration TIMEOUT = Duration.ofSeconds(120);

  private static final Duration SOON = Duration.ofSeconds(30);

  private static final Script DONE = Script.answer().text("Done.");

  private static final ClaudeCode.Result ENDED = new ClaudeCode.Result(0, "Done.\n", "");

  private static final Outcome HELLO = new Outcome(false, "hello");

  private static ClaudeTools all;
  private static FrontDoor older;

  private static URI endpoint(Era era) {
    return era == Era.STATELESS ? all.endpoint() : older.endpoint();
  }

  @BeforeAll
  static void start() throws IOException {
    all = ClaudeTools.start();
    older = FrontDoor.before(all.world().gateway().address(), Era.SESSION);
    all.awaitTools("reader", "wiki__env");
  }

  @AfterAll
  static void stop() {
    older.close();
    all.close();
  }

  @AfterEach
  void nobody_did_what_is_not_allowed() {
    all.world().simulator().clearScripts();
    assertThat(all.world().simulator().violations()).isEmpty();
    assertThat(all.issues().violations()).isEmpty();
    assertThat(all.people().violations()).isEmpty();
    assertThat(all.clock().violations()).isEmpty();
    assertThat(all.wiki().violations()).isEmpty();
  }

  private static ScriptedModel model() {
    return ScriptedModel.at(all.world().simulator());
  }

  private static ClaudeCode.Result run(String key, Era era) {
    try (var claude = all.claude(key)) {
      return claude.print("go", TIMEOUT, all.options(claude, key, endpoint(era)));
    }
  }

  /// The records of the model's calls, in the order of their beginnings.
  private static List<JsonNode> records(ScriptedModel model, int count) {
    var ids = model.toolUseIds();
    return await()
        .atMost(SOON)
        .until(
            () ->
                all.world().gateway().toolUsage().stream()
                    .filter(record -> ids.contains(text(record, "toolUseId")))
                    .toList(),
            records -> records.size() == count);
  }

  private static String text(JsonNode record, String name) {
    return record.path(name).asString("");
  }

  private static List<String> told(List<JsonNode> records) {
    return records.stream()
        .map(
            record ->
                Stream.of("key", "server", "tool", "outcome", "costUsd")
                    .map(name -> text(record, name))
                    .reduce((a, b) -> a + " " + b)
                    .orElseThrow())
        .toList();
  }

  /// What is posted is what the records cost, those of the model and those of tools.
  private static void assertBooks(String key) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              var gateway = all.world().gateway();
              var cost =
                  Stream.concat(gateway.usage().stream(), gateway.toolUsage().stream())
                      .filter(record -> text(record, "key").equals(key))
                      .map(record -> new BigDecimal(text(record, "costUsd")))
                      .reduce(BigDecimal.ZERO, BigDecimal::add);
              var budget = gateway.budgets(key).get(0);
              assertThat(text(budget, "held")).isEqualTo("0");
              assertThat(new BigDecimal(text(budget, "posted"))).isEqualByComparingTo(cost);
            });
  }

  @ParameterizedTest
  @EnumSource(Era.class)
  void lists_what_the_key_may_use_and_calls_it(Era era) {
    var model =
        model()
            .then(
                load("issues__echo", "people__echo"),
                call("issues__echo", Map.of("text", "hello")),
                DONE);
    assertThat(run("alice", era)).isEqualTo(ENDED);
    assertThat(model.names())
        .hasSize(7)
        .contains(
            "mcp__sluice__issues__echo",
            "mcp__sluice__issues__fail",
            "mcp__sluice__issues__look",
            "mcp__sluice__people__echo",
            "mcp__sluice__people__look",
            "mcp__sluice__search_tools")
        .allMatch(name -> name.matches("[A-Za-z0-9_-]{1,64}"));
    var definition = model.definition("people__echo");
    assertThat(text(definition, "description")).isEqualTo("Says what it is told");
    assertThat(definition.at("/input_schema/type").asString("")).isEqualTo("object");
    assertThat(model.outcomes()).containsExactly(HELLO);
    var records = records(model, 1);
    assertThat(told(records)).containsExactly("alice issues echo completed 0.25");
    assertThat(text(records.getFirst(), "toolUseId")).isEqualTo(model.toolUseIds().getFirst());
    assertThat(text(records.getFirst(), "session").isEmpty()).isEqualTo(era == Era.STATELESS);
    assertBooks("alice");
  }

  @Test
  void speaks_in_the_era_before_where_the_newest_is_not_known() {
    var model = model().then(call("issues__echo", Map.of("text", "hello")), DONE);
    older.methods().clear();
    assertThat(run("alice", Era.SESSION)).isEqualTo(ENDED);
    assertThat(model.outcomes()).containsExactly(HELLO);
    assertThat(older.methods())
        .contains("initialize", "notifications/initialized", "tools/list", "tools/call");
  }

  @ParameterizedTest
  @EnumSource(Era.class)
  void calls_a_tool_whose_name_was_shortened(Era era) {
    var model = model().then(DONE);
    assertThat(run("alice", era)).isEqualTo(ENDED);
    var shortened =
        model.names().stream().filter(name -> name.contains("knowledge")).findFirst().orElseThrow();
    assertThat(shortened.length()).isLessThanOrEqualTo(64);
    var name = shortened.substring("mcp__sluice__".length());
    var again = model().then(call(name, Map.of("text", "hello")), DONE);
    assertThat(run("alice", era)).isEqualTo(ENDED);
    assertThat(again.outcomes()).containsExactly(HELLO);
    assertThat(told(records(again, 1)))
        .containsExactly("alice " + ClaudeTools.LONG + " echo completed 0.25");
  }

  @ParameterizedTest
  @EnumSource(Era.class)
  void makes_two_calls_of_one_turn_side_by_side(Era era) {
    var look = Map.of("steps", 1, "millis", 3000);
    var model =
        model()
            .then(
                load("issues__look", "people__look"),
                call("issues__look", look).tool("mcp__sluice__people__look", look),
                DONE);
    assertThat(run("alice", era)).isEqualTo(ENDED);
    assertThat(model.outcomes())
        .containsExactly(new Outcome(false, "done"), new Outcome(false, "done"));
    var records = records(model, 2);
    assertThat(told(records))
        .containsExactlyInAnyOrder(
            "alice issues look completed 0.25", "alice people look completed 0.25");
    // The later one began before the other had ended.
    var lastStart = records.stream().map(ClaudeCodeToolsE2E::started).max(Instant::compareTo);
    var firstEnd = records.stream().map(ClaudeCodeToolsE2E::ended).min(Instant::compareTo);
    assertThat(lastStart.orElseThrow()).isBefore(firstEnd.orElseThrow());
    assertBooks("alice");
  }

  private static Instant started(JsonNode record) {
    return Instant.parse(text(record, "time"));
  }

  private static Instant ended(JsonNode record) {
    return started(record).plusMillis(record.path("durationMs").asLong());
  }

  @ParameterizedTest
  @EnumSource(Era.class)
  void tells_the_model_what_a_tool_fails_with(Era era) {
    var model = model().then(call("issues__fail", Map.of()), DONE);
    assertThat(run("alice", era)).isEqualTo(ENDED);
    assertThat(model.outcomes()).containsExactly(new Outcome(true, "it failed"));
    assertThat(told(records(model, 1))).containsExactly("alice issues fail tool_error 0.25");
    assertBooks("alice");
  }

  @ParameterizedTest
  @EnumSource(Era.class)
  void a_tool_that_is_not_granted_is_not_there(Era era) {
    int runs = all.issues().runs();
    var model = model().then(call("issues__count", Map.of()), DONE);
    assertThat(run("alice", era)).isEqualTo(ENDED);
    assertThat(model.names()).doesNotContain("mcp__sluice__issues__count");
    assertThat(model.outcomes()).hasSize(1).allMatch(Outcome::error);
    assertThat(model.outcomes().getFirst().text()).contains("No such tool available");
    assertThat(all.issues().runs()).isEqualTo(runs);
    records(model, 0);
  }

  @ParameterizedTest
  @EnumSource(Era.class)
  void one_sentence_says_that_the_budget_is_spent(Era era) {
    var key = era == Era.STATELESS ? "poor" : "poorer";
    var dear = call("dear__echo", Map.of("text", "hello"));
    int runs = all.issues().runs();
    var model = model().then(dear, dear, DONE);
    assertThat(run(key, era)).isEqualTo(ENDED);
    assertThat(model.outcomes()).hasSize(2).first().isEqualTo(HELLO);
    var refused = model.outcomes().getLast();
    assertThat(refused.error()).isTrue();
    assertThat(refused.text())
        .startsWith("Budget of key " + key + " has too little left for this request: $2.5")
        .contains(" of $4 a day used · resets ")
        .endsWith("(UTC)");
    assertThat(all.issues().runs()).isEqualTo(runs + 1);
    var records = records(model, 2);
    assertThat(told(records))
        .containsExactly(key + " dear echo completed 2.5", key + " dear echo refused 0");
    assertThat(text(records.getLast(), "reason")).isEqualTo("budget_exhausted");
    assertBooks(key);
  }

  @ParameterizedTest
  @EnumSource(Era.class)
  void a_server_that_is_down_hides_none_that_is_up(Era era) {
    var model = model().then(call("issues__echo", Map.of("text", "hello")), DONE);
    assertThat(run("split", era)).isEqualTo(ENDED);
    assertThat(model.names())
        .containsExactly("mcp__sluice__issues__echo", "mcp__sluice__search_tools");
    assertThat(model.outcomes()).containsExactly(HELLO);
    assertBooks("split");
  }

  @ParameterizedTest
  @EnumSource(Era.class)
  void a_server_that_goes_down_between_two_turns_is_told_of_in_a_sentence(Era era) {
    var wiki = call("wiki__echo", Map.of("text", "hello"));
    var model =
        model()
            .then(wiki)
            .after(
                all.wiki()::leave, wiki.tool("mcp__sluice__issues__echo", Map.of("text", "hello")))
            .then(DONE);
    try {
      assertThat(run("reader", era)).isEqualTo(ENDED);
    } finally {
      all.wiki().comeBack();
      all.awaitTools("reader", "wiki__env");
    }
    assertThat(model.outcomes()).hasSize(3).startsWith(HELLO).endsWith(HELLO);
    var failed = model.outcomes().get(1);
    assertThat(failed.error()).isTrue();
    assertThat(failed.text()).startsWith("server wiki ").doesNotContain("\n", "127.0.0.1");
    assertBooks("reader");
  }

  private static final String JOIN =
      """
      const issues: {id: number, by: string}[] = await servers.tracker.echo({
        text: JSON.stringify([{id: 1, by: "ada"}, {id: 2, by: "bob"}, {id: 3, by: "ada"}]),
      });
      const names = [...new Set(issues.map(issue => issue.by))];
      const [region, people, when] = await Promise.all([
        servers.tracker.regional({region: "eu"}),
        Promise.all(names.map(by => servers.staff.echo({text: `{"by":"${by}","team":7}`}))),
        servers.times.echo({text: "now"}),
      ]);
      return {region, when, open: people.map(p =>
        [p.by, p.team, issues.filter(issue => issue.by === p.by).length])};
      """;

  @ParameterizedTest
  @EnumSource(Era.class)
  void one_program_joins_four_tools_of_three_servers(Era era) {
    var model =
        model()
            .then(
                load("list_tools", "read_tools", "run_code"),
                call("list_tools", Map.of()),
                call("read_tools", Map.of("file", "servers/tracker.d.ts")),
                call("run_code", Map.of("code", JOIN)),
                DONE);
    assertThat(run("coder", era)).isEqualTo(ENDED);
    assertThat(model.names())
        .containsExactly(
            "mcp__sluice__get_tool_docs",
            "mcp__sluice__list_tools",
            "mcp__sluice__read_tools",
            "mcp__sluice__run_code",
            "mcp__sluice__search_tools");
    var outcomes = model.outcomes();
    assertThat(outcomes).hasSize(3).noneMatch(Outcome::error);
    assertThat(outcomes.get(0).text()).contains("servers/tracker.d.ts", "servers/staff.d.ts");
    assertThat(outcomes.get(1).text()).contains("regional(input", "region?: string");
    assertThat(outcomes.get(2).text().replaceAll("\\s", ""))
        .isEqualTo("{\"region\":\"eu\",\"when\":\"now\",\"open\":[[\"ada\",7,2],[\"bob\",7,1]]}");
    var records = records(model, 5);
    assertThat(told(records))
        .containsExactlyInAnyOrder(
            "coder tracker echo completed 0.25",
            "coder tracker regional completed 0.25",
            "coder staff echo completed 0.25",
            "coder staff echo completed 0.25",
            "coder times echo completed 0.25");
    assertThat(records)
        .allMatch(record -> text(record, "toolUseId").equals(model.toolUseIds().getLast()));
    assertBooks("coder");
  }

  @Test
  void a_program_may_call_only_what_is_granted_and_is_told_what_fails() {
    var denied = "return await servers.tracker.count({})";
    var fails = "const a = 1;\nreturn await servers.tracker.fail({})";
    var model =
        model()
            .then(
                call("run_code", Map.of("code", denied)),
                call("run_code", Map.of("code", fails)),
                DONE);
    assertThat(run("coder", Era.STATELESS)).isEqualTo(ENDED);
    assertThat(model.outcomes()).hasSize(2).allMatch(Outcome::error);
    assertThat(model.outcomes().getFirst().text())
        .contains("tracker has no count; it has: echo, fail, regional", "line 1");
    assertThat(model.outcomes().getLast().text()).contains("it failed", "line 2");
    assertBooks("coder");
  }
}
