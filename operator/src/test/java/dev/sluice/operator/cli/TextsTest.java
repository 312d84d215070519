package dev.sluice.operator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.listing.LimitRow;
import dev.sluice.core.listing.Row;
import dev.sluice.core.listing.State;
import dev.sluice.extproc.explain.Explanation;
import dev.sluice.extproc.explain.Explanation.Outcome;
import dev.sluice.extproc.explain.Explanation.Place;
import dev.sluice.extproc.explain.Explanation.Step;
import dev.sluice.extproc.explain.Explanation.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Rows and explanations as people and programs read them.
class TextsTest {

  private static final State READY = new State("True", "True", "Ready", "in force");

  private static LimitRow budget(
      String level, String name, String limit, @Nullable String left, @Nullable String resets) {
    var posted = left == null ? null : "1.25";
    var held = left == null ? null : "0";
    return new LimitRow(
        level, name, "usd", "Day", "Rolling", limit, "5", posted, held, left, resets);
  }

  private static Row key(String namespace, String name, List<String> teams, LimitRow... budgets) {
    return new Row.OfKey(namespace, name, READY, teams, null, false, null, null, List.of(budgets));
  }

  @Test
  void a_key_shows_the_budget_that_leaves_the_least_and_its_path_from_the_root() {
    var own = budget("key", "alice", "50", "48.75", "2026-11-22T02:02:06.328Z");
    var teams = budget("team", "payments", "20", "9.5", "2026-11-22T02:02:06.328Z");
    var untold = budget("provider", "anthropic", "1", null, null);
    var path = List.of("payments", "company");
    var alice = key("a", "alice", path, own, teams, untold);
    assertThat(cells(ListingTable.of(Listed.KEYS, List.of(alice), "a")))
        .containsExactly(
            "NAME|READY|REASON|TEAM|OWNER|BUDGET|SPENT|HELD|LEFT|LIMIT|RESETS",
            "alice|True|Ready|company/payments|-|team payments Day|1.25|0|9.5|25|"
                + "2026-11-22T02:02:06Z");
  }

  /// Line by line; columns are three spaces apart.
  private static List<String> cells(String table) {
    return table.lines().map(line -> line.replaceAll(" {3,}", "|")).toList();
  }

  @Test
  void columns_are_as_wide_as_they_must_be() {
    var team = new Row.OfTeam("a", "b", READY, List.of("company"), List.of());
    var table = ListingTable.of(Listed.TEAMS, List.of(team), "a");
    assertThat(table.lines().map(line -> line.substring(0, 33)))
        .containsExactly("NAME   READY   REASON   PARENT   ", "b      True    Ready    company  ");
  }

  @Test
  void what_nobody_told_is_a_dash_and_many_namespaces_are_named() {
    var untold = budget("key", "bob", "10", null, null);
    var rows = List.of(key("a", "bob", List.of(), untold), key("b", "carol", List.of()));
    assertThat(cells(ListingTable.of(Listed.KEYS, rows, null)))
        .containsExactly(
            "NAMESPACE|NAME|READY|REASON|TEAM|OWNER|BUDGET|SPENT|HELD|LEFT|LIMIT|RESETS",
            "a|bob|True|Ready|-|-|key bob Day|-|-|-|15|-",
            "b|carol|True|Ready|-|-|-|-|-|-|-|-");
    assertThat(ListingTable.of(Listed.TEAMS, List.of(), null)).isEqualTo("no teams\n");
  }

  @Test
  void teams_and_providers_have_columns_of_their_own() {
    var team = new Row.OfTeam("a", "payments", READY, List.of("company"), List.of());
    assertThat(ListingTable.of(Listed.TEAMS, List.of(team), "a"))
        .startsWith("NAME       READY   REASON   PARENT    BUDGET")
        .contains("payments   True    Ready    company   -");
    var bad = new State("False", "False", "NotInForce", "no version is in force");
    var provider = new Row.OfProvider("a", "anthropic", bad, "Anthropic", null, List.of());
    assertThat(ListingTable.of(Listed.PROVIDERS, List.of(provider), "a"))
        .startsWith("NAME        READY   REASON       TYPE        PROGRAMMED   BUDGET")
        .contains("anthropic   False   NotInForce   Anthropic   False        -");
  }

  @Test
  void servers_of_tools_have_no_budgets_and_what_they_say_steers_no_terminal() {
    var away = new State("False", "True", "Disconnected", "refused");
    var server =
        new Row.OfServer("a", "desk", away, "Sse", "2025\u001b[2J", 41L, 2L, "gone\n\u202e!");
    assertThat(cells(ListingTable.of(Listed.SERVERS, List.of(server), "a")))
        .containsExactly(
            "NAME|READY|REASON|TRANSPORT|PROTOCOL|TOOLS|HIDDEN|ERROR",
            "desk|False|Disconnected|Sse|2025\\u001b[2J|41|2|gone\\u000a\\u202e!");
    assertThat(Documents.json(Listed.SERVERS, List.of(server)))
        .contains("\"mcp\" :", "\\u202e!", "\"hidden\" : 2")
        .doesNotContain("budgets");
    assertThat(ListingTable.of(Listed.SERVERS, List.of(), "a")).isEqualTo("no servers of tools\n");
  }

  private static Explanation explanation(Outcome outcome, LimitRow... limits) {
    var steps =
        List.of(
            new Step("key", Verdict.Passes, "it is good"),
            new Step("team", Verdict.Tells, "of no team"),
            new Step("provider", Verdict.Stops, "none"));
    return new Explanation(
        "a/alice", "opus", steps, List.of(), List.of(limits), outcome, List.of("a thing"));
  }

  private static final Outcome REFUSED =
      new Outcome(false, "would be refused: 400", null, null, 400, "model_unknown", "none");

  @Test
  void an_explanation_is_its_steps_its_limits_what_is_not_seen_and_the_outcome() {
    assertThat(ExplanationText.of(explanation(REFUSED)))
        .isEqualTo(
            """
            key a/alice, model opus

            STEP            WHY
            key        ok   it is good
            team            of no team
            provider   no   none

            not seen: a thing
            would be refused: 400
            """);
    var endless =
        new LimitRow("key", "alice", "concurrent", null, null, "3", null, null, null, null, null);
    assertThat(
            ExplanationText.of(
                explanation(REFUSED, budget("key", "alice", "50", "48.75", null), endless)))
        .contains(
            """
            LIMIT                  WINDOW        MOST   RAISED   USED   HELD   LEFT    RESETS
            key alice usd          Day Rolling   50     5        1.25   0      48.75   -
            key alice concurrent   -             3      -        -      -      -       -
            """);
  }

  @Test
  void a_plan_is_a_table_of_its_places_and_of_what_is_passed_over() {
    var places =
        List.of(
            new Place(1, "a/anthropic", "main", "opus", "eu", "5", "25", null),
            new Place(null, "a/groq", "main", "llama", null, "0.5", null, "no documents"));
    var explained =
        new Explanation("a/alice", "opus", List.of(), places, List.of(), REFUSED, List.of());
    assertThat(ExplanationText.of(explained))
        .contains(
            """
            PLACE   PROVIDER      CREDENTIAL   MODEL   REGION   INPUT   OUTPUT   WHY
            1       a/anthropic   main         opus    eu       $5      $25
            -       a/groq        main         llama   -        $0.5    -        no documents
            """);
    assertThat(Documents.json(explained)).contains("\"place\" : 1", "\"region\" : null");
  }

  @Test
  void json_and_yaml_have_the_same_fields_and_amounts_are_strings() {
    var rows = List.of(key("a", "alice", List.of(), budget("key", "alice", "50", "48.75", null)));
    assertThat(Documents.json(Listed.KEYS, rows))
        .startsWith("{\n  \"keys\" : [ {\n    \"namespace\" : \"a\",\n    \"name\" : \"alice\",")
        .contains("\"remaining\" : \"48.75\"", "\"owner\" : null")
        .doesNotContain("objectName");
    assertThat(Documents.yaml(Listed.KEYS, rows))
        .contains("remaining: \"48.75\"", "ready: \"True\"", "owner: null", "suspended: false");
    assertThat(Documents.json(explanation(REFUSED)))
        .contains("\"verdict\" : \"Stops\"", "\"served\" : false", "\"status\" : 400");
    assertThat(Documents.yaml(explanation(REFUSED))).contains("verdict: \"Stops\"", "status: 400");
  }
}
