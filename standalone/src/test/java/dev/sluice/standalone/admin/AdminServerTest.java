package dev.sluice.standalone.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Level;
import dev.sluice.core.budget.Period;
import dev.sluice.core.budget.Window;
import dev.sluice.core.mcp.ToolAccess;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.Grant;
import dev.sluice.core.policy.KeyDigest;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.LedgerAway;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Routing;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.policy.SnapshotStore;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.provider.Service;
import dev.sluice.ledger.Amounts;
import dev.sluice.ledger.Charge;
import dev.sluice.ledger.HoldRequest;
import dev.sluice.ledger.MemoryLedger;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminServerTest {

  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
  private static final ObjectName ANTHROPIC = new ObjectName("default", "anthropic");
  private static final Window.Recurring DAY = new Window.Calendar(Period.DAY, ZoneOffset.UTC);

  private final MemoryLedger ledger = new MemoryLedger(() -> NOW);
  private final SnapshotStore store = new SnapshotStore();
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final HttpClient client = HttpClient.newHttpClient();
  private AdminServer server;

  @BeforeEach
  void start() throws Exception {
    var usage = new UsagePages(store, ledger);
    server =
        AdminServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            Map.of(
                "/healthz", _ -> Answer.text(200, "ok"),
                "/metrics", _ -> new MetricsPage(registry).scrape(),
                "/v1/usage", _ -> usage.all(),
                "/v1/usage/", asked -> usage.one(asked.rest())),
            AdminServer.ANSWERED_WITHIN);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static Budget budget(Level level, String owner, Window.Recurring window, String limit) {
    return Budget.of(level, owner, window, NanoUsd.parse(limit));
  }

  private static KeyPolicy key(String namespace, String name, Budget... budgets) {
    var full = namespace + "/" + name;
    return new KeyPolicy(
        new ObjectName(namespace, name),
        KeyDigest.of(full),
        name.equals("alice") ? "alice@example.com" : null,
        name.equals("alice") ? new ObjectName("default", "payments") : null,
        false,
        null,
        List.of(Globs.ALL),
        List.of(
            new Grant(
                ANTHROPIC,
                1,
                Globs.ALL,
                List.of(budget(Level.PROVIDER_CONFIG, full + "/anthropic", DAY, "20")),
                List.of())),
        Map.of(),
        4096,
        Arrays.asList(budgets),
        List.of(),
        List.of(),
        List.of(),
        LedgerAway.REFUSE,
        Routing.NONE,
        ToolAccess.NONE);
  }

  private void load(KeyPolicy... keys) {
    var upstream =
        new Upstream(
            ANTHROPIC,
            URI.create("https://api.anthropic.com"),
            Service.ANTHROPIC,
            List.of(new Upstream.Account("default/anthropic/main", 1)),
            Map.of(),
            null,
            List.of(budget(Level.PROVIDER, "default/anthropic", DAY, "5000")),
            List.of(),
            new Upstream.Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ZERO),
            Upstream.Outlier.DEFAULT);
    store.put(
        new Snapshot(
            "v1",
            "p1",
            Arrays.stream(keys).collect(Collectors.toMap(KeyPolicy::digest, Function.identity())),
            new TreeMap<>(Map.of(ANTHROPIC, upstream))));
  }

  private HttpResponse<String> send(String method, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .method(method, BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofString());
  }

  @Test
  void tells_what_a_key_has_spent_at_every_level() throws Exception {
    var own = budget(Level.KEY, "default/alice", DAY, "50");
    var monthly = budget(Level.KEY, "default/alice", new Window.Rolling(Period.MONTH), "500");
    var team = budget(Level.TEAM, "default/payments", DAY, "100.5");
    load(key("default", "alice", own, monthly, team));
    var amount = NanoUsd.parse("0.04528");
    ledger.reserve(
        new HoldRequest(
            "h1",
            List.of(own),
            Amounts.usd(amount),
            Amounts.usd(amount),
            "p1",
            Duration.ofMinutes(5)));
    ledger.settle("h1", Charge.usd(amount));
    var answer = send("GET", "/v1/usage/alice");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    assertThat(answer.body())
        .isEqualTo(
            """
            {"key":"alice","owner":"alice@example.com","team":"payments","budgets":[\
            {"level":"key","name":"alice","window":"Day","kind":"Calendar","limit":"50",\
            "activeGrants":"0","posted":"0.04528","held":"0","remaining":"49.95472",\
            "resetsAt":"2026-11-21T00:00:00Z"},\
            {"level":"key","name":"alice","window":"Month","kind":"Rolling","limit":"500",\
            "activeGrants":"0","posted":"0","held":"0","remaining":"500","resetsAt":null},\
            {"level":"providerConfig","name":"alice/anthropic","window":"Day",\
            "kind":"Calendar","limit":"20","activeGrants":"0","posted":"0","held":"0",\
            "remaining":"20","resetsAt":"2026-11-21T00:00:00Z"},\
            {"level":"team","name":"payments","window":"Day","kind":"Calendar",\
            "limit":"100.5","activeGrants":"0","posted":"0","held":"0","remaining":"100.5",\
            "resetsAt":"2026-11-21T00:00:00Z"},\
            {"level":"provider","name":"anthropic","window":"Day","kind":"Calendar",\
            "limit":"5000","activeGrants":"0","posted":"0","held":"0","remaining":"5000",\
            "resetsAt":"2026-11-21T00:00:00Z"}]}
            """);
  }

  @Test
  void lists_all_keys_by_name() throws Exception {
    load(key("default", "bob"), key("default", "alice"), key("ops", "carol"));
    var body = send("GET", "/v1/usage").body();
    assertThat(body).startsWith("{\"keys\":[{\"key\":\"alice\",").endsWith("]}]}\n");
    assertThat(body.indexOf("\"key\":\"bob\"")).isLessThan(body.indexOf("\"key\":\"ops/carol\""));
  }

  @Test
  void finds_a_key_by_name_or_by_namespace_and_name() throws Exception {
    load(key("default", "bob"), key("ops", "bob"), key("ops", "carol"), key("dev", "dan"));
    assertThat(send("GET", "/v1/usage/bob").body()).contains("\"key\":\"bob\"");
    assertThat(send("GET", "/v1/usage/ops/bob").body()).contains("\"key\":\"ops/bob\"");
    assertThat(send("GET", "/v1/usage/carol").body()).contains("\"key\":\"ops/carol\"");
    assertThat(send("GET", "/v1/usage/dev/carol").statusCode()).isEqualTo(404);
  }

  @Test
  void answers_404_in_json_for_what_it_does_not_know() throws Exception {
    load(key("a", "bob"), key("b", "bob"));
    for (var path : List.of("/v1/usage/nobody", "/v1/usage/bob", "/v1/usage/", "/", "/v1")) {
      var answer = send("GET", path);
      assertThat(answer.statusCode()).as(path).isEqualTo(404);
      assertThat(answer.body()).startsWith("{\"error\":\"");
    }
  }

  @Test
  void only_reads() throws Exception {
    var answer = send("POST", "/v1/usage");
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("allow")).contains("GET, HEAD");
    assertThat(send("HEAD", "/healthz").statusCode()).isEqualTo(200);
  }

  @Test
  void shows_the_meters_to_prometheus() throws Exception {
    Counter.builder().name("sluice_test_total").help("A test.").register(registry).inc(3);
    var answer = send("GET", "/metrics");
    assertThat(answer.body()).contains("sluice_test_total 3.0");
    assertThat(answer.headers().firstValue("content-type").orElseThrow()).startsWith("text/plain");
  }
}
