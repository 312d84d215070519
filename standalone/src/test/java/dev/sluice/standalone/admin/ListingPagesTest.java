package dev.sluice.standalone.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.LastGood;
import dev.sluice.compiler.MadeKeys;
import dev.sluice.compiler.catalogue.Catalogue;
import dev.sluice.compiler.manifest.ManifestFile;
import dev.sluice.compiler.manifest.Manifests;
import dev.sluice.core.mcp.ServerReport;
import dev.sluice.core.mcp.ServerReport.Verdict;
import dev.sluice.core.mcp.ToolChange;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.extproc.flow.Planner;
import dev.sluice.extproc.health.Health;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.MemoryLedger;
import dev.sluice.standalone.manifests.InForce;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The listings of one machine, and its explanations.
class ListingPagesTest {

  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
  private static final String SECRET = "credential-of-the-provider";
  private static final String WORLD =
      """
      apiVersion: v1
      kind: Secret
      metadata: { name: anthropic }
      stringData: { apiKey: credential-of-the-provider }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Provider
      metadata: { name: anthropic }
      spec:
        type: Anthropic
        endpoint: https://gateway.example.com/anthropic
        credentials: [ { name: main, secretRef: { name: anthropic, key: apiKey } } ]
        budgets: [ { limitUsd: "1000", window: Year } ]
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Team
      metadata: { name: company }
      spec: { budgets: [ { limitUsd: "500", window: Month } ] }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Team
      metadata: { name: payments }
      spec: { parent: company, models: { allow: [ "claude-*" ] } }
      ---
      """
          + key("alice", "")
          + key("stopped", "suspended: true")
          + key("old", "expiresAt: \"2026-11-20T11:00:00Z\"");

  private static final Planner PLANNER = new Planner(new Health(() -> NOW, Health.Others.NONE));

  private static Answer explain(ListingPages pages, String rest) {
    return pages.explain(new Asked(rest, null));
  }

  private final Compiler compiler = new Compiler(Catalogue.anthropic());
  private final ToolReports tools = new ToolReports();
  private final MemoryLedger ledger = new MemoryLedger(() -> NOW);
  private LastGood good = LastGood.NONE;
  private InForce inForce;

  private static String key(String name, String more) {
    return """
    apiVersion: sluice.dev/v1alpha1
    kind: VirtualKey
    metadata: { name: %s }
    spec:
      team: payments
      owner: %s@example.com
      providers: [ { name: anthropic } ]
      budgets: [ { limitUsd: "50", window: Day } ]
      %s
    ---
    """
        .formatted(name, name, more);
  }

  private ListingPages pages(String manifests) {
    var world = Manifests.read(List.of(new ManifestFile("world.yaml", manifests)));
    var names = Map.of(name("alice"), "alice", name("stopped"), "stopped", name("old"), "old");
    var values = new HashMap<ObjectName, String>();
    names.forEach((name, word) -> values.put(name, word + "-0123456789abcdefghij"));
    Compilation compilation = compiler.compile(world, good, MadeKeys.of(values));
    good = compilation.good();
    inForce = new InForce(world, compilation);
    return new ListingPages(() -> inForce, ledger, PLANNER, tools, () -> NOW);
  }

  private static ObjectName name(String name) {
    return new ObjectName("default", name);
  }

  private static JsonNode json(Answer answer) {
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).doesNotContain(SECRET).doesNotContain("0123456789abcdefghij");
    return JsonMapper.shared().readTree(answer.body());
  }

  private static JsonNode row(JsonNode rows, String name) {
    return StreamSupport.stream(rows.spliterator(), false)
        .filter(row -> row.path("name").asString().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String reason(JsonNode row) {
    return row.at("/state/ready").asString() + " " + row.at("/state/reason").asString();
  }

  @Test
  void keys_have_their_state_their_teams_and_all_budgets_above_them() {
    var keys = json(pages(WORLD).keys()).path("keys");
    assertThat(keys).hasSize(3);
    var alice = row(keys, "alice");
    assertThat(reason(alice)).isEqualTo("True Ready");
    assertThat(alice.path("teams")).hasToString("[\"payments\",\"company\"]");
    assertThat(alice.path("owner").asString()).isEqualTo("alice@example.com");
    var budgets = alice.path("budgets").valueStream().map(b -> b.path("level").asString());
    assertThat(budgets).containsExactly("key", "team", "provider");
    assertThat(alice.at("/budgets/0").propertyNames())
        .containsExactly(
            "level",
            "name",
            "measure",
            "window",
            "kind",
            "limit",
            "activeGrants",
            "posted",
            "held",
            "remaining",
            "resetsAt");
    assertThat(alice.at("/budgets/0/remaining").asString()).isEqualTo("50");
    assertThat(reason(row(keys, "stopped"))).isEqualTo("False Suspended");
    assertThat(row(keys, "stopped").path("suspended").asBoolean()).isTrue();
    assertThat(reason(row(keys, "old"))).isEqualTo("False Expired");
    assertThat(row(keys, "old").path("expiresAt").asString()).isEqualTo("2026-11-20T11:00:00Z");
  }

  @Test
  void a_key_that_may_use_no_model_is_not_ready_and_says_why() {
    var world = WORLD.replace("allow: [ \"claude-*\" ]", "allow: [ \"gpt-*\" ]");
    var alice = row(json(pages(world).keys()).path("keys"), "alice");
    assertThat(reason(alice)).isEqualTo("False NothingAllowed");
    assertThat(alice.at("/state/message").asString())
        .contains("models.allow of team payments does not have it");
  }

  @Test
  void teams_and_providers_are_listed() {
    var pages = pages(WORLD);
    var teams = json(pages.teams()).path("teams");
    assertThat(row(teams, "payments").path("parents")).hasToString("[\"company\"]");
    assertThat(row(teams, "company").at("/budgets/0/limit").asString()).isEqualTo("500");
    var provider = row(json(pages.providers()).path("providers"), "anthropic");
    assertThat(reason(provider)).isEqualTo("True Ready");
    assertThat(provider.path("type").asString()).isEqualTo("Anthropic");
    assertThat(provider.path("endpoint").asString())
        .isEqualTo("https://gateway.example.com/anthropic");
    assertThat(provider.at("/budgets/0/window").asString()).isEqualTo("Year");
  }

  @Test
  void bad_versions_are_told_with_file_line_and_what_is_in_force() {
    pages(WORLD);
    var bad =
        WORLD.replace("parent: company", "parent: nobody").replace("endpoint: https", "endpoint: x")
            + key("bob", "").replace("team: payments", "team: nobody");
    var pages = pages(bad);
    var team = row(json(pages.teams()).path("teams"), "payments");
    assertThat(reason(team)).isEqualTo("False LastGoodVersion");
    assertThat(team.at("/state/message").asString()).startsWith("world.yaml:").contains("nobody");
    var provider = row(json(pages.providers()).path("providers"), "anthropic");
    assertThat(reason(provider)).isEqualTo("False LastGoodVersion");
    var bob = row(json(pages.keys()).path("keys"), "bob");
    assertThat(reason(bob)).isEqualTo("False NotInForce");
    assertThat(bob.path("budgets")).isEmpty();

    var explained = json(explain(pages, "default/bob/claude-opus-5-5"));
    assertThat(explained.at("/outcome/status").asInt()).isEqualTo(401);
    assertThat(explained.at("/steps/0/why").asString()).contains("spec.team");
  }

  @Test
  void an_explanation_is_exact_and_says_where_a_last_good_version_is_in_force() {
    var pages = pages(WORLD);
    var alice = json(explain(pages, "default/alice/claude-opus-5-5"));
    assertThat(alice.at("/outcome/served").asBoolean()).isTrue();
    assertThat(alice.at("/steps/1/why").asString()).isEqualTo("of team payments, below company");
    assertThat(alice.at("/limits")).hasSize(3);
    assertThat(alice.at("/unseen")).isEmpty();
    var denied = json(explain(pages, "default/alice/anthropic/other"));
    assertThat(denied.at("/outcome/message").asString())
        .isEqualTo("model anthropic/other is not known to this gateway");

    var kept = pages(WORLD.replace("limitUsd: \"50\"", "limitUsd: 50"));
    assertThat(json(explain(kept, "default/alice/claude-opus-5-5")).at("/steps/0/why").asString())
        .startsWith("its last good version is in force: world.yaml:");
  }

  @Test
  void what_is_supposed_of_a_request_is_in_the_query() {
    var pages = pages(WORLD);
    var asked = new Asked("default/alice/claude-opus-5-5", "bytes=70000&with=thinking");
    assertThat(json(pages.explain(asked)).path("steps").toString())
        .contains("explained for a request of 70000 bytes with thinking");
    var place = json(pages.explain(asked)).at("/places/0");
    assertThat(place.path("place").asInt()).isEqualTo(1);
    assertThat(place.path("provider").asString()).isEqualTo("default/anthropic");
    assertThat(place.path("credential").asString()).isEqualTo("main");
    var wrong = pages.explain(new Asked("default/alice/opus", "colour=red"));
    assertThat(wrong.status()).isEqualTo(400);
    assertThat(wrong.body()).contains("colour (expected: bytes, tools, with, header)");
  }

  private static final String SERVER =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: McpServer
      metadata: { name: desk }
      spec: { transport: StreamableHttp, url: "https://desk.example.com/mcp" }
      """;

  @Test
  void a_server_of_tools_says_whether_it_is_connected_and_what_it_has() {
    var pages = pages(SERVER);
    var name = new ObjectName("default", "desk");
    assertThat(row(pages).at("/state/reason").asString()).isEqualTo("NotReported");
    assertThat(row(pages).get("tools").isNull()).isTrue();
    var served = new ServerReport.Tool("echo", "sha256:1", Verdict.SERVED, List.of());
    var changed = new ServerReport.Tool("add", "sha256:2", Verdict.CHANGED, List.of("odd"));
    tools.heard(
        List.of(
            new ServerReport(
                name, true, NOW, "2026-07-28", List.of(served, changed), "no answer", true)),
        List.of(new ToolChange(name, "add", "{}", "[]", "sha256:2")));
    assertThat(row(pages).at("/state/reason").asString()).isEqualTo("Ready");
    assertThat(row(pages).toString())
        .contains("\"tools\":2", "\"hidden\":1", "\"error\":\"no answer\"", "2026-07-28");
    assertThat(pages.hidden().body())
        .isEqualTo(
            """
            {"hidden":[{"namespace":"default","server":"desk","tool":"add","state":"Changed",\
            "suspicions":["odd"],"digest":"sha256:2","recorded":"{}","current":"[]"}]}
            """);
    tools.heard(
        List.of(new ServerReport(name, true, NOW, null, List.of(), null, false)), List.of());
    assertThat(row(pages).at("/state/reason").asString()).isEqualTo("Ready");
    assertThat(row(pages).get("error").isNull()).isTrue();
    var hidden = List.of(changed);
    tools.heard(
        List.of(new ServerReport(name, true, NOW, null, hidden, "no record", true)), List.of());
    assertThat(row(pages).at("/state").toString())
        .contains("\"False\"", "\"NoTools\"", "\"no record\"");
    assertThat(row(pages).path("error").asString()).isEqualTo("no record");
    tools.heard(
        List.of(new ServerReport(name, true, NOW, null, hidden, "no prompts", false)), List.of());
    assertThat(row(pages).at("/state/reason").asString()).isEqualTo("Ready");
    assertThat(row(pages).path("error").asString()).isEqualTo("no prompts");
    tools.heard(
        List.of(new ServerReport(name, false, NOW, null, List.of(), null, false)), List.of());
    assertThat(row(pages).path("error").asString()).isEqualTo("not connected yet");
    tools.heard(
        List.of(new ServerReport(name, false, NOW, null, List.of(), "refused", true)), List.of());
    assertThat(row(pages).at("/state/message").asString()).isEqualTo("refused");
    assertThat(pages.hidden().body()).isEqualTo("{\"hidden\":[]}\n");
  }

  private static JsonNode row(ListingPages pages) {
    return JsonMapper.shared().readTree(pages.servers().body()).at("/mcp/0");
  }

  @Test
  void what_is_not_there_and_a_ledger_that_is_away_are_one_sentence() {
    var pages = pages(WORLD);
    assertThat(explain(pages, "default/nobody/opus").status()).isEqualTo(404);
    assertThat(explain(pages, "default/alice").body())
        .contains("default/alice (expected: NAMESPACE/NAME/MODEL)");
    assertThat(explain(pages, "default/alice/").status()).isEqualTo(404);
    var away =
        new ListingPages(
            () -> {
              throw LedgerUnavailableException.nothingBooked("away", null);
            },
            ledger,
            PLANNER,
            tools,
            () -> NOW);
    assertThat(away.keys().status()).isEqualTo(503);
  }
}
