package dev.sluice.standalone.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Level;
import dev.sluice.core.budget.Period;
import dev.sluice.core.budget.Window;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.Amounts;
import dev.sluice.ledger.HoldRequest;
import dev.sluice.ledger.keeper.BookKeeper;
import dev.sluice.ledger.redis.RedisBooks;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.ledger.redis.RedisLedger;
import dev.sluice.ledger.store.Store;
import dev.sluice.standalone.state.StateLock;
import dev.sluice.testkit.RedisServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command beside a state whose log is whole or short, in an installation with a name.
class LedgerCommandIT {

  private static final Budget BUDGET =
      Budget.of(Level.KEY, "default/alice", new Window.Rolling(Period.DAY), NanoUsd.parse("5"));
  private static final String NAME = "team-a";

  @TempDir Path folder;
  private RedisServer server;
  private RedisConfig config;
  private RedisBooks redis;

  @BeforeEach
  void start() {
    server = RedisServer.start();
    config = RedisConfig.of(server.uri()).withInstallation(NAME);
    redis = RedisBooks.connect(config);
  }

  @AfterEach
  void end() {
    redis.close();
    server.close();
  }

  private void reserve(String id) {
    try (var ledger = RedisLedger.connect(config)) {
      var cent = Amounts.usd(NanoUsd.parse("0.01"));
      ledger
          .reserve(new HoldRequest(id, List.of(BUDGET), cent, cent, "v1", Duration.ofMinutes(5)))
          .join();
    }
  }

  private Store store() throws Exception {
    return Store.open(Files.createDirectories(folder.resolve("ledger")), InstantSource.system());
  }

  private BookKeeper keeper(Store store) {
    var terms = new BookKeeper.Terms(Duration.ofMinutes(30), Duration.ZERO);
    return new BookKeeper(redis, store, terms, InstantSource.system());
  }

  /// The log has one event, and Redis has counted two.
  private void shortLog() throws Exception {
    reserve("h1");
    try (var store = store();
        var keeper = keeper(store)) {
      keeper.agree();
    }
    reserve("h2");
    server.ask("DEL", "{" + NAME + "}:3:events");
  }

  private record Ended(int status, String text) {}

  private Ended run(String... words) throws Exception {
    var arguments = new ArrayList<>(List.of(words));
    arguments.addAll(List.of("--state", folder.toString(), "--installation", NAME));
    var before = System.out;
    var out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      int status = LedgerCommand.run(arguments, Map.of("SLUICE_REDIS", server.uri()));
      return new Ended(status, out.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(before);
    }
  }

  @Test
  void a_rebuild_by_a_gateway_whose_log_is_short_leaves_the_books_open() throws Exception {
    shortLog();
    try (var _ = StateLock.take(folder).orElseThrow()) {
      assertThat(run("rebuild").status()).isOne();
      assertThat(redis.told().state().rebuilding()).isFalse();
      reserve("h3");
    }
  }

  @Test
  void a_gateway_that_runs_accepts_the_loss_with_the_command() throws Exception {
    shortLog();
    try (var _ = StateLock.take(folder).orElseThrow();
        var command = Executors.newSingleThreadExecutor();
        var store = store();
        var keeper = keeper(store)) {
      var running = command.submit(() -> run("rebuild", "--accept-loss"));
      await().until(() -> redis.told().state().rebuilding());
      keeper.agree();
      var ended = running.get();
      assertThat(ended.text()).contains("1 events are lost: 2 to 2");
      assertThat(ended.status()).isZero();
    }
    reserve("h3");
  }

  @Test
  void a_rebuild_by_a_gateway_whose_log_reaches_far_enough_is_done() throws Exception {
    reserve("h1");
    try (var _ = StateLock.take(folder).orElseThrow();
        var store = store();
        var keeper = keeper(store);
        var ledger = RedisLedger.connect(config)) {
      keeper.agree();
      keeper.serve(ledger);
      reserve("h2");
      var ended = run("rebuild");
      assertThat(ended.text()).contains("2 open holds up to event 2").contains("no event is lost");
      assertThat(ended.status()).isZero();
    }
  }

  @Test
  void a_stopped_state_refuses_a_short_log_and_accepts_the_loss_when_told() throws Exception {
    shortLog();
    assertThat(run("rebuild").status()).isOne();
    assertThat(run("rebuild", "--accept-loss").text()).contains("1 events are lost: 2 to 2");
    assertThat(run("check").text()).contains("EQUAL");
  }

  @Test
  void the_check_names_redis_and_reads_the_stream_only_after_what_the_log_has() throws Exception {
    server.ask("XADD", "{" + NAME + "}:3:events", "1-1", "e", "no event");
    reserve("h1");
    reserve("h2");
    try (var store = store()) {
      store.append(redis.after("1-1"));
    }
    reserve("h3");
    var ended = run("check");
    assertThat(ended.text())
        .contains("Redis     redis://127.0.0.1:" + server.port() + ", installation team-a")
        .contains("events    3, of them 2 after the last checkpoint and 1 not in the log yet")
        .contains("EQUAL");
    assertThat(ended.status()).isZero();
  }
}
