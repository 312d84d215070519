package dev.sluice.standalone.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.standalone.state.UsedRedis;
import dev.sluice.testkit.anthropic.AnthropicSimulator;
import dev.sluice.testkit.anthropic.SimulatorConfig;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.script.Script;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The command up as a process, with a real Envoy and a real Redis, against a simulated provider.
class UpIT {

  private static final String MODEL = "claude-sonnet-5";
  private static final Script SHORT = Script.answer().text("Hello.");

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final AnthropicSimulator provider = AnthropicSimulator.start(PriceTable.recorded());
  @TempDir Path manifests;
  @TempDir Path state;

  @BeforeEach
  void writeManifests() throws Exception {
    Files.writeString(manifests.resolve("provider.yaml"), provider("anthropic"));
    Files.writeString(manifests.resolve("alice.yaml"), key("alice", "anthropic", ""));
  }

  @AfterEach
  void close() {
    provider.close();
  }

  private String provider(String name) {
    return """
        apiVersion: v1
        kind: Secret
        metadata: { name: %1$s }
        stringData: { apiKey: %2$s }
        ---
        apiVersion: sluice.dev/v1alpha1
        kind: Provider
        metadata: { name: %1$s }
        spec:
          type: Anthropic
          endpoint: %3$s
          credentials: [ { name: main, secretRef: { name: %1$s, key: apiKey } } ]
          models:
            - name: claude-sonnet-5
              price: { inputUsdPerMTok: "2", outputUsdPerMTok: "10", cacheReadUsdPerMTok: "0.2",
                cacheWrite5mUsdPerMTok: "2.5", cacheWrite1hUsdPerMTok: "4" }
        """
        .formatted(name, SimulatorConfig.API_KEY, provider.uri());
  }

  private static String key(String name, String provider, String more) {
    return """
        apiVersion: sluice.dev/v1alpha1
        kind: VirtualKey
        metadata: { name: %s }
        spec:
          providers: [ { name: %s } ]
          budgets: [ { limitUsd: "50", window: Month } ]
          %s
        """
        .formatted(name, provider, more);
  }

  /// An answer that does not end before it is told to.
  private static Script open(CountDownLatch over) {
    return Script.answer().textOfTokens(300).stallAfter(10, over);
  }

  private CompletableFuture<HttpResponse<String>> openStream(RunningUp up, CountDownLatch over)
      throws Exception {
    provider.next(open(over));
    var answer = up.ask(up.key("alice"), MODEL);
    await().until(() -> provider.inFlight() == 1);
    return answer;
  }

  private static void assertWhole(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("event: message_stop");
  }

  @Test
  void serves_drains_and_remembers() throws Exception {
    String posted;
    try (var up = RunningUp.start(manifests, state)) {
      assertThat(up.admin("/readyz").statusCode()).isEqualTo(200);
      provider.next(SHORT);
      assertWhole(up.ask(up.key("alice"), MODEL).get());
      await().until(() -> !up.budget("alice", "posted").equals("0"));
      assertThat(up.budget("alice", "held")).isEqualTo("0");

      var over = new CountDownLatch(1);
      var stream = openStream(up, over);
      up.terminate();
      await().until(() -> up.admin("/readyz").body().equals("draining\n"));
      assertThat(up.ask(up.key("alice"), MODEL).get().statusCode()).isEqualTo(503);
      over.countDown();
      assertWhole(stream.get());
      assertThat(up.awaitExit()).isZero();
      assertThat(up.leftNothing()).isTrue();
      posted = provider.settledBill().usd().stripTrailingZeros().toPlainString();
    }
    assertThat(UsedRedis.read(state)).contains(new UsedRedis(null, "sluice"));
    try (var usage = Files.list(state.resolve("usage"))) {
      assertThat(Files.readAllLines(usage.findAny().orElseThrow())).hasSize(2);
    }
    try (var up = RunningUp.start(manifests, state)) {
      assertThat(up.budget("alice", "posted")).isEqualTo(posted);
      var second = RunningUp.launch(manifests, state);
      assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(second.exitValue()).isEqualTo(2);

      var _ = openStream(up, new CountDownLatch(1));
      up.terminate();
      await().until(() -> up.admin("/readyz").body().equals("draining\n"));
      up.terminate();
      assertThat(up.awaitExit()).isEqualTo(130);
      await().atMost(Duration.ofSeconds(2)).until(up::leftNothing);
    }
  }

  @Test
  void takes_changes_while_a_stream_runs_and_leaves_nothing_when_it_is_killed() throws Exception {
    try (var up = RunningUp.start(manifests, state)) {
      var over = new CountDownLatch(1);
      var stream = openStream(up, over);
      Files.writeString(manifests.resolve("other.yaml"), provider("other"));
      Files.writeString(manifests.resolve("bob.yaml"), key("bob", "other", ""));
      Promised.within(SECOND, () -> up.admin("/v1/usage/bob").statusCode() == 200);
      provider.next(SHORT);
      assertWhole(up.ask(up.key("bob"), MODEL).get());

      Files.writeString(
          manifests.resolve("alice.yaml"), key("alice", "anthropic", "suspended: true"));
      Promised.within(SECOND, () -> up.ask(up.key("alice"), MODEL).get().statusCode() == 401);
      Files.delete(manifests.resolve("other.yaml"));
      Files.delete(manifests.resolve("bob.yaml"));
      Promised.within(SECOND, () -> up.admin("/v1/usage/bob").statusCode() == 404);
      assertThat(stream).isNotDone();
      over.countDown();
      assertWhole(stream.get());

      Files.writeString(manifests.resolve("alice.yaml"), key("alice", "anthropic", "nonsense: 1"));
      await().until(() -> up.admin("/metrics").body().contains("sluice_manifest_problems 1.0"));
      Files.writeString(manifests.resolve("alice.yaml"), key("alice", "anthropic", ""));
      await().until(() -> up.admin("/metrics").body().contains("sluice_manifest_problems 0.0"));

      var _ = openStream(up, new CountDownLatch(1));
      await().until(() -> !up.budget("alice", "held").equals("0"));
      up.kill();
      await().atMost(Duration.ofSeconds(2)).until(up::leftNothing);
    }
    try (var up = RunningUp.start(manifests, state)) {
      // The hold of the killed run is booked in full.
      assertThat(up.budget("alice", "held")).isEqualTo("0");
      assertThat(up.budget("alice", "posted")).startsWith("0.0");

      var envoy = up.pid("envoy");
      ProcessHandle.of(envoy).orElseThrow().destroyForcibly();
      await().until(() -> up.admin("/readyz").statusCode() == 503);
      await().until(() -> up.admin("/readyz").statusCode() == 200);
      provider.next(SHORT);
      assertWhole(up.ask(up.key("alice"), MODEL).get());
    }
  }

  private List<JsonNode> usage() throws Exception {
    try (var files = Files.list(state.resolve("usage"))) {
      var records = new ArrayList<JsonNode>();
      for (var file : files.toList()) {
        var text = Files.readString(file);
        // What follows the last of its lines is being written.
        text.substring(0, text.lastIndexOf('\n') + 1)
            .lines()
            .forEach(line -> records.add(JsonMapper.shared().readTree(line)));
      }
      return records;
    }
  }

  private String recorded() throws Exception {
    return usage().stream()
        .map(record -> new BigDecimal(record.path("costUsd").asString()))
        .reduce(BigDecimal.ZERO, BigDecimal::add)
        .stripTrailingZeros()
        .toPlainString();
  }

  @Test
  void after_a_kill_amid_streams_the_usage_records_add_up_to_what_is_posted() throws Exception {
    try (var up = RunningUp.start(manifests, state)) {
      provider.next(SHORT);
      assertWhole(up.ask(up.key("alice"), MODEL).get());
      await().until(() -> usage().size() == 1);
      for (int i = 1; i <= 3; i++) {
        provider.next(open(new CountDownLatch(1)));
        var _ = up.ask(up.key("alice"), MODEL);
      }
      await().until(() -> provider.inFlight() == 3);
      up.kill();
      await().atMost(Duration.ofSeconds(2)).until(up::leftNothing);
    }
    try (var up = RunningUp.start(manifests, state)) {
      await().until(() -> usage().size() == 4);
      assertThat(recorded()).isEqualTo(up.budget("alice", "posted"));
      assertThat(up.budget("alice", "held")).isEqualTo("0");
      assertThat(up.admin("/metrics").body()).contains("sluice_expired_holds_total 3.0");
      assertThat(usage().subList(1, 4))
          .allMatch(record -> record.path("outcome").asString().equals("unconfirmed"))
          .allMatch(record -> record.path("estimated").asBoolean())
          .allMatch(record -> record.path("key").asString().equals("alice"))
          .allMatch(record -> record.path("provider").asString().equals("anthropic"))
          .allMatch(record -> record.path("modelServed").asString().equals(MODEL));
    }
    // Once, not at each start.
    try (var up = RunningUp.start(manifests, state)) {
      assertThat(recorded()).isEqualTo(up.budget("alice", "posted"));
      assertThat(usage()).hasSize(4);
    }
  }

  @Test
  void a_changed_window_starts_with_what_was_spent_whether_it_runs_meanwhile_or_not()
      throws Exception {
    var alice = manifests.resolve("alice.yaml");
    var month = Files.readString(alice);
    String posted;
    try (var up = RunningUp.start(manifests, state)) {
      provider.next(SHORT);
      assertWhole(up.ask(up.key("alice"), MODEL).get());
      await().until(() -> !up.budget("alice", "posted").equals("0"));
      posted = up.budget("alice", "posted");
      Files.writeString(
          alice, month.replace("window: Month", "window: Year, calendar: { timeZone: UTC }"));
      await().until(() -> up.budget("alice", "window").equals("Year"));
      assertThat(up.budget("alice", "posted")).isEqualTo(posted);
      up.kill();
      await().atMost(Duration.ofSeconds(2)).until(up::leftNothing);
    }
    Files.writeString(alice, month.replace("window: Month", "window: Week"));
    try (var up = RunningUp.start(manifests, state)) {
      assertThat(up.budget("alice", "window")).isEqualTo("Week");
      assertThat(up.budget("alice", "posted")).isEqualTo(posted);
      assertThat(usage()).as("a carry is no usage").hasSize(1);
    }
  }

  @Test
  void names_every_bad_object_at_the_start() throws Exception {
    Files.writeString(manifests.resolve("alice.yaml"), key("alice", "anthropic", "nonsense: 1"));
    Files.writeString(manifests.resolve("bob.yaml"), key("bob", "nobody", ""));
    var ended = RunningUp.end(manifests, state);
    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.error().lines()).hasSize(2).allMatch(line -> line.startsWith("sluice: "));
    assertThat(state.resolve("keys")).isEmptyDirectory();
  }

  @Test
  void says_in_one_line_why_it_cannot_start_and_makes_no_key() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var address = "127.0.0.1:" + taken.getLocalPort();
      assertThat(RunningUp.end(manifests, state, "--admin", address))
          .isEqualTo(ended(2, "--admin " + address + ": Address already in use"));
    }
    var away = RunningUp.end(manifests, state, "--redis", "redis://:secret@127.0.0.1:1");
    assertThat(away.status()).isEqualTo(1);
    assertThat(away.error().lines().toList().getLast())
        .startsWith("sluice: redis: cannot connect to redis://127.0.0.1:1: ")
        .contains("refused");
    assertThat(away.error()).doesNotContain("Exception", "secret");
    assertThat(state.resolve("keys")).isEmptyDirectory();

    Files.createSymbolicLink(manifests.resolve("loop"), manifests);
    assertThat(RunningUp.end(manifests, state))
        .isEqualTo(
            ended(
                2,
                manifests.resolve("loop")
                    + ": cannot be read: a link that leads back to a folder above it"));
    var file = Files.createFile(manifests.resolve("state"));
    assertThat(RunningUp.end(manifests, file))
        .isEqualTo(
            ended(2, "--state %1$s cannot be used: %1$s: a file is in its place".formatted(file)));
  }

  private static RunningUp.Ended ended(int status, String sentence) {
    return new RunningUp.Ended(status, "sluice: " + sentence + "\n");
  }
}
