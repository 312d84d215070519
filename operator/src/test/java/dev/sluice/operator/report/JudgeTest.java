package dev.sluice.operator.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.LastGood;
import dev.sluice.compiler.MadeKeys;
import dev.sluice.compiler.catalogue.Catalogue;
import dev.sluice.compiler.manifest.ManifestFile;
import dev.sluice.compiler.manifest.Manifests;
import dev.sluice.core.mcp.ServerReport;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.feed.codec.ToolWords;
import dev.sluice.operator.publish.Reach;
import dev.sluice.operator.world.Cluster;
import dev.sluice.operator.world.ObjectId;
import dev.sluice.operator.world.Seen;
import dev.sluice.xds.ads.Rejection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What each condition says, and why.
class JudgeTest {

  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
  private static final Reach EVERYWHERE = reach(Map.of("gw-0", 7L), null);
  private static final String SECRET =
      "{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {k: credential-1}}";
  private static final String PROVIDER =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: Provider
      metadata: { name: anthropic }
      spec: { type: Anthropic, credentials: [ { name: main, secretRef: { name: s, key: k } } ] }
      """;
  private static final String SERVER =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: McpServer
      metadata: { name: github }
      spec:
        transport: StreamableHttp
        url: https://mcp.example.com/mcp
        headers: [ { name: x-team, value: payments } ]
      """;
  private static final String KEY =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: alice }
      spec: { providers: [ { name: anthropic } ] }
      """;

  private static Reach reach(Map<String, Long> generations, String away) {
    return new Reach(generations, Map.of(), Map.of(), away);
  }

  private final Map<ObjectId, Seen> objects = new TreeMap<>();
  private LastGood good = LastGood.NONE;
  private Map<String, ToolWords> reports = Map.of();

  private Conditions judge(String kind, String manifest, Reach reach, Rejection... rejections) {
    var files = new ArrayList<ManifestFile>();
    files.add(new ManifestFile("Secret/default/s", SECRET));
    var id = new ObjectId(kind, new ObjectName("default", kind.equals("Team") ? "t" : name(kind)));
    var seen = new Seen(id, "uid", 1, Map.of(), manifest, null);
    objects.put(id, seen);
    if (!kind.equals("Provider")) {
      files.add(new ManifestFile("Provider/default/anthropic", PROVIDER));
    }
    files.add(new ManifestFile(id.path(), manifest));
    var world = Manifests.read(files);
    var made = MadeKeys.of(Map.of(new ObjectName("default", "alice"), "sk-slc-0123456789abcdef"));
    var compilation = new Compiler(Catalogue.anthropic()).compile(world, good, made);
    good = compilation.good();
    var cluster = new Cluster(world, new TreeMap<>(objects), List.of());
    var outcome = Outcome.of(cluster, compilation, List.of(), made, null);
    var standings = ServerStanding.of(reports);
    return new Judge(outcome, reach, List.of(rejections), standings, NOW).judge(seen, 7);
  }

  private static String name(String kind) {
    return switch (kind) {
      case "Provider" -> "anthropic";
      case "McpServer" -> "github";
      default -> "alice";
    };
  }

  private static void assertSays(Verdict verdict, String status, String reason) {
    assertThat(List.of(verdict.status(), verdict.reason())).containsExactly(status, reason);
  }

  @Test
  void a_good_key_that_every_gateway_has_is_ready() {
    var conditions = judge("VirtualKey", KEY, EVERYWHERE);
    assertSays(conditions.accepted(), "True", "Accepted");
    assertSays(conditions.resolved(), "True", "ResolvedRefs");
    assertSays(conditions.programmed(), "True", "Programmed");
    assertSays(conditions.ready(), "True", "Ready");
  }

  @Test
  void one_gateway_without_it_is_named() {
    var reach = reach(Map.of("gw-0", 7L, "gw-1", 6L), null);
    var programmed = judge("VirtualKey", KEY, reach).programmed();
    assertSays(programmed, "False", "Pending");
    assertThat(programmed.message()).startsWith("1 of 2 gateways").contains("gw-1");
  }

  @Test
  void without_gateways_or_without_redis_nothing_is_claimed() {
    assertSays(judge("VirtualKey", KEY, reach(Map.of(), null)).ready(), "False", "NoGateway");
    var away = judge("VirtualKey", KEY, reach(Map.of(), "redis: no answer")).ready();
    assertSays(away, "Unknown", "RedisUnavailable");
  }

  @Test
  void a_suspended_or_expired_key_is_programmed_but_not_ready() {
    var suspended =
        judge("VirtualKey", KEY.replace("spec: {", "spec: { suspended: true,"), EVERYWHERE);
    assertSays(suspended.programmed(), "True", "Programmed");
    assertSays(suspended.ready(), "False", "Suspended");
    var expired =
        judge(
            "VirtualKey",
            KEY.replace("spec: {", "spec: { expiresAt: \"2026-11-29T12:00:00Z\","),
            EVERYWHERE);
    assertSays(expired.ready(), "False", "Expired");
  }

  @Test
  void a_server_of_tools_is_ready_once_every_gateway_that_reports_is_connected() {
    assertSays(judge("McpServer", SERVER, EVERYWHERE).programmed(), "True", "Programmed");
    assertSays(judge("McpServer", SERVER, EVERYWHERE).ready(), "Unknown", "NotReported");
    reports = Map.of("gw-0", said(report(true, null)));
    assertSays(judge("McpServer", SERVER, EVERYWHERE).ready(), "True", "Ready");
    reports = Map.of("gw-0", said(report(true, null)), "gw-1", said(report(false, "refused")));
    var away = judge("McpServer", SERVER, EVERYWHERE).ready();
    assertSays(away, "False", "Disconnected");
    assertThat(away.message()).isEqualTo("refused");
  }

  @Test
  void a_server_of_tools_that_is_connected_and_has_none_for_a_reason_is_not_ready() {
    reports = Map.of("gw-0", said(report(true, null)), "gw-1", said(report(true, "no list")));
    var toolless = judge("McpServer", SERVER, EVERYWHERE).ready();
    assertSays(toolless, "False", "NoTools");
    assertThat(toolless.message()).isEqualTo("no list");
  }

  @Test
  void a_bad_server_of_tools_says_whether_an_older_version_serves() {
    var bad = SERVER.replace("https:", "ftp:");
    assertSays(judge("McpServer", bad, EVERYWHERE).programmed(), "False", "NotInForce");
    assertSays(judge("McpServer", bad, EVERYWHERE).accepted(), "False", "Invalid");
    judge("McpServer", SERVER, EVERYWHERE);
    assertSays(judge("McpServer", bad, EVERYWHERE).programmed(), "False", "LastGoodVersion");
    var unresolved =
        SERVER.replace(" } ]", " }, { name: x-key, secretRef: { name: gone, key: k } } ]");
    assertSays(judge("McpServer", unresolved, EVERYWHERE).resolved(), "False", "RefNotResolved");
  }

  private static ToolWords said(ServerReport report) {
    return new ToolWords(List.of(report), List.of());
  }

  private static ServerReport report(boolean connected, String error) {
    var server = new ObjectName("default", "github");
    return new ServerReport(server, connected, NOW, "2025-11-25", List.of(), error, error != null);
  }

  @Test
  void a_key_that_may_use_no_model_is_programmed_but_not_ready() {
    var team =
        """
        apiVersion: sluice.dev/v1alpha1
        kind: Team
        metadata: { name: t }
        spec: { providers: { regions: [ eu ] } }
        ---
        """;
    var conditions =
        judge("VirtualKey", team + KEY.replace("spec: {", "spec: { team: t,"), EVERYWHERE);
    assertSays(conditions.programmed(), "True", "Programmed");
    assertSays(conditions.ready(), "False", "NothingAllowed");
    assertThat(conditions.ready().message())
        .isEqualTo(
            "spec.providers: may use no model: provider anthropic: it does not tell its region,"
                + " and team t lets only some");
  }

  @Test
  void a_field_without_effect_is_told_and_keeps_nothing_back() {
    var team =
        """
        apiVersion: sluice.dev/v1alpha1
        kind: Team
        metadata: { name: t }
        spec: { models: { allow: [ "claude-haiku-*" ] } }
        ---
        """;
    var key = KEY.replace("spec: {", "spec: { team: t, fallbacks: [ claude-opus-4-5 ],");
    var conditions = judge("VirtualKey", team + key, EVERYWHERE);
    assertSays(conditions.accepted(), "True", "Ineffective");
    assertThat(conditions.accepted().message())
        .isEqualTo(
            "the object is valid, but spec.fallbacks[0]: claude-opus-4-5 has no effect:"
                + " models.allow of team t does not have it");
    assertSays(conditions.ready(), "True", "Ready");
  }

  @Test
  void a_bad_version_says_what_is_wrong_and_that_the_last_good_one_stays() {
    judge("VirtualKey", KEY, EVERYWHERE);
    var bad = judge("VirtualKey", KEY.replace("spec: {", "spec: { budget: [],"), EVERYWHERE);
    assertSays(bad.accepted(), "False", "UnknownField");
    assertThat(bad.accepted().message()).contains("spec.budget").contains("did you mean budgets");
    assertSays(bad.programmed(), "False", "LastGoodVersion");
    assertSays(bad.ready(), "False", "LastGoodVersion");
  }

  @Test
  void a_reference_that_leads_nowhere_is_not_a_fault_of_the_object() {
    var lost = judge("VirtualKey", KEY.replace("spec: {", "spec: { team: nobody,"), EVERYWHERE);
    assertSays(lost.accepted(), "True", "Accepted");
    assertSays(lost.resolved(), "False", "RefNotResolved");
    assertSays(lost.programmed(), "False", "NotInForce");
  }

  @Test
  void what_envoy_refuses_is_told_at_its_provider() {
    var name = Optional.of(new ObjectName("default", "anthropic"));
    var rejection = new Rejection("gw-0", name, "no such host");
    var conditions = judge("Provider", PROVIDER, EVERYWHERE, rejection);
    assertSays(conditions.programmed(), "False", "Rejected");
    assertThat(conditions.programmed().message()).contains("no such host");
  }
}
