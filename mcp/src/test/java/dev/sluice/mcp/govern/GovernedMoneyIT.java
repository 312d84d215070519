package dev.sluice.mcp.govern;

import static dev.sluice.mcp.govern.Governed.echo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.budget.Measure;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.usage.ToolNote;
import dev.sluice.core.usage.ToolRecord.Outcome;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.ledger.redis.RedisLedger;
import dev.sluice.mcp.govern.hold.HoldTimes;
import dev.sluice.mcp.upstream.Opened;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.testkit.RedisServer;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Money of calls, with the real Redis.
final class GovernedMoneyIT {

  private RedisServer redis;
  private RedisLedger ledger;
  private Governed governed;
  private final AtomicInteger runs = new AtomicInteger();
  private final Keys alice = Keys.of("1");

  @BeforeEach
  void start() {
    redis = RedisServer.start();
    ledger = RedisLedger.connect(RedisConfig.of(redis.uri()).withTimeout(Duration.ofSeconds(4)));
    governed = new Governed(ledger);
  }

  @AfterEach
  void end() {
    governed.close();
    ledger.close();
    redis.close();
  }

  /// Counts its runs.
  private OfferedServer counting(String price) {
    return OfferedServer.at(
        price,
        _ -> {
          runs.incrementAndGet();
          return said("done");
        });
  }

  private static CallResult said(String text) {
    var result = Governed.json();
    result.putArray("content").addObject().put("type", "text").put("text", text);
    return new CallResult.Result(result);
  }

  @Test
  void two_hundred_calls_at_once_meet_a_budget_of_fifty_exactly() throws Exception {
    var key = Keys.of("0.5").limited(Measure.REQUESTS, 1_000);
    try (var simulator = ModernMcpSimulator.start(McpScript.STANDARD);
        var opened = Opened.http(simulator.url());
        var patient = new Governed(ledger, InstantSource.system(), Governed.PATIENT)) {
      var server = OfferedServer.at("0.01", opened::call);
      patient.atOnce(200, key, server, echo("x"));
      assertThat(simulator.runs()).isEqualTo(50);
      assertThat(patient.records.count(Outcome.COMPLETED)).isEqualTo(50);
      assertThat(patient.records.count(Outcome.REFUSED)).isEqualTo(150);
      assertThat(patient.balance(key).posted()).isEqualTo(NanoUsd.parse("0.5"));
      assertThat(patient.balance(key).held()).isEqualTo(NanoUsd.ZERO);
      assertThat(patient.records.cost()).isEqualTo(NanoUsd.parse("0.5"));
    }
  }

  @Test
  void a_call_is_refused_while_the_ledger_is_away_and_made_when_it_is_back() {
    redis.kill();
    assertThat(governed.text(alice, counting("0.1"), echo("x")))
        .isEqualTo("the gateway cannot check budgets at the moment");
    assertThat(governed.records.last().reason()).isEqualTo("ledger_unavailable");
    assertThat(runs.get()).isZero();
    redis.restart();
    await()
        .untilAsserted(
            () -> assertThat(governed.text(alice, counting("0.1"), echo("x"))).isEqualTo("done"));
    assertThat(governed.balance(alice).posted()).isEqualTo(NanoUsd.parse("0.1"));
  }

  @Test
  void a_key_that_may_go_on_is_charged_when_the_ledger_is_back() {
    var key = alice.allowed();
    redis.kill();
    for (int i = 0; i < 3; i++) {
      assertThat(governed.text(key, counting("0.1"), echo("x"))).isEqualTo("done");
    }
    assertThat(governed.records.cost()).isEqualTo(NanoUsd.parse("0.3"));
    redis.restart();
    await()
        .ignoreException(LedgerUnavailableException.class)
        .untilAsserted(
            () -> assertThat(governed.balance(key).posted()).isEqualTo(governed.records.cost()));
    assertThat(runs.get()).isEqualTo(3);
  }

  @Test
  void a_tool_of_the_gateway_itself_does_without_the_ledger_what_other_calls_do() {
    var key = alice.limited(Measure.REQUESTS, 9);
    redis.kill();
    assertThat(Governed.text(Governed.result(own(key))))
        .isEqualTo("the gateway cannot check budgets at the moment");
    assertThat(governed.records.last().reason()).isEqualTo("ledger_unavailable");
    assertThat(runs.get()).isZero();
    assertThat(Governed.text(Governed.result(own(key.allowed())))).isEqualTo("found");
    assertThat(Governed.text(Governed.result(own(alice)))).isEqualTo("found");
    assertThat(governed.records.count(Outcome.COMPLETED)).isEqualTo(2);
  }

  private CallResult own(Keys key) {
    var call = Governed.tool("search_tools", Governed.json());
    return governed.calls.own(
        key.caller(),
        "search_tools",
        call,
        () -> {
          runs.incrementAndGet();
          return said("found");
        });
  }

  @Test
  void a_call_that_costs_nothing_and_that_nothing_counts_needs_no_ledger() {
    redis.kill();
    assertThat(governed.text(alice, counting("0"), echo("x"))).isEqualTo("done");
  }

  @Test
  void the_end_of_a_call_during_which_the_ledger_went_away_is_posted_and_recorded_later() {
    var server =
        OfferedServer.at(
            "0.1",
            _ -> {
              redis.kill();
              return said("done");
            });
    assertThat(governed.text(alice, server, echo("x"))).isEqualTo("done");
    assertThat(governed.records.all()).isEmpty();
    redis.restart();
    await().until(() -> !governed.records.all().isEmpty());
    assertThat(governed.records.last().cost()).isEqualTo(NanoUsd.parse("0.1"));
    assertThat(governed.balance(alice).posted()).isEqualTo(NanoUsd.parse("0.1"));
  }

  @Test
  void the_hold_of_a_long_call_is_renewed() throws Exception {
    try (var brief = brief(Duration.ofSeconds(4), Duration.ofMillis(50))) {
      var server = OfferedServer.at("0.1", call -> slowly(call, Duration.ofSeconds(6)));
      var began = Instant.now();
      var calling = Thread.startVirtualThread(() -> call(brief, server));
      await().until(() -> governed.balance(alice).held().nanos() > 0);
      while (calling.isAlive()) {
        assertThat(ledger.expire(10)).isEmpty();
        calling.join(Duration.ofMillis(50));
      }
      assertThat(Duration.between(began, Instant.now())).isGreaterThan(Duration.ofSeconds(5));
      assertThat(governed.balance(alice).posted()).isEqualTo(NanoUsd.parse("0.1"));
    }
  }

  @Test
  void the_hold_of_a_gateway_that_died_is_posted_in_full_and_its_note_is_a_record() {
    var end = new CountDownLatch(1);
    var server = OfferedServer.at("0.1", _ -> after(end));
    try (var dead = brief(Duration.ofMillis(500), Duration.ofHours(1))) {
      var calling = Thread.startVirtualThread(() -> call(dead, server));
      await().until(() -> governed.balance(alice).held().nanos() > 0);
      var found = new AtomicReference<>(List.<dev.sluice.ledger.ExpiredHold>of());
      await()
          .until(
              () -> {
                found.set(ledger.expire(10));
                return !found.get().isEmpty();
              });
      var hold = found.get().getFirst();
      var note = ToolNote.parse(hold.note()).orElseThrow();
      var expired = note.unconfirmed(hold.createdAt(), hold.amount());
      assertThat(expired.outcome()).isEqualTo(Outcome.UNCONFIRMED);
      assertThat(expired.name()).isEqualTo("echo");
      assertThat(expired.cost()).isEqualTo(NanoUsd.parse("0.1"));
      assertThat(expired.toolUseId()).isEqualTo("toolu_1");
      // It was not dead after all: what it records now adds nothing.
      end.countDown();
      await().until(() -> !calling.isAlive() && !governed.records.all().isEmpty());
      assertThat(governed.records.last().outcome()).isEqualTo(Outcome.COMPLETED);
      assertThat(governed.records.last().cost()).isEqualTo(NanoUsd.ZERO);
      assertThat(governed.balance(alice).posted()).isEqualTo(NanoUsd.parse("0.1"));
    }
  }

  /// A gateway whose holds live so long.
  private GovernedCalls brief(Duration lifetime, Duration renewEvery) {
    var times =
        new HoldTimes(
            lifetime,
            renewEvery,
            Governed.PATIENT.ledgerWaitMax(),
            Governed.PATIENT.busyWaitMax(),
            Governed.PATIENT.endWaitMax());
    return new GovernedCalls(
        ledger,
        governed.records,
        InstantSource.system(),
        times,
        new PrometheusRegistry(),
        Optional::of);
  }

  private void call(GovernedCalls calls, OfferedServer server) {
    var _ = calls.call(alice.caller(), server, "echo", echo("x"));
  }

  private static CallResult slowly(Call call, Duration time) {
    var never = new CountDownLatch(1);
    try (var _ = call.cancellation().onCancel(never::countDown)) {
      var _ = never.await(time.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
      return said("done");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static CallResult after(CountDownLatch end) {
    try {
      end.await();
      return said("done");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
