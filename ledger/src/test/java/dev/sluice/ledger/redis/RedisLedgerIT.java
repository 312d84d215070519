package dev.sluice.ledger.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Level;
import dev.sluice.core.budget.Period;
import dev.sluice.core.budget.Window;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.Amounts;
import dev.sluice.ledger.Blocking;
import dev.sluice.ledger.ExpiredHold;
import dev.sluice.ledger.HoldState;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.Position;
import dev.sluice.ledger.Reservation;
import dev.sluice.ledger.Samples;
import dev.sluice.ledger.Settlement;
import dev.sluice.testkit.RedisServer;
import io.lettuce.core.RestoreArgs;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisLedgerIT {

  private static final List<Budget> BUDGETS = Samples.sixLevels("alice", "1");

  private RedisServer server;
  private RedisConfig config;
  private RedisProbe probe;
  private RedisLedger redis;
  private Blocking ledger;

  @BeforeEach
  void start() {
    server = RedisServer.start();
    config = RedisConfig.of(server.uri()).withTimeout(Duration.ofSeconds(20));
    probe = new RedisProbe(server.uri());
    redis = RedisLedger.connect(config);
    ledger = new Blocking(redis);
  }

  @AfterEach
  void end() {
    ledger.close();
    probe.close();
    server.close();
  }

  @Test
  void a_window_is_that_of_the_servers_own_time() {
    var minute = new Window.Calendar(Period.MINUTE, ZoneOffset.UTC);
    var budget = Budget.of(Level.KEY, "a/b", minute, new NanoUsd(1));
    var before = serverTime();
    var resets = ledger.balances(List.of(budget)).getFirst().resetsAt();
    assertThat(resets).isBetween(minute.at(before).end(), minute.at(serverTime()).end());
  }

  private Instant serverTime() {
    var time = probe.commands().time();
    return Instant.ofEpochSecond(Long.parseLong(time.getFirst()))
        .plusMillis(Long.parseLong(time.getLast()) / 1000);
  }

  @Test
  void a_hold_is_a_record_and_its_end_is_remembered_for_a_day() {
    var before = serverTime();
    ledger.reserve(Samples.hold("h1", BUDGETS, "0.5", "0.5"));
    var key = config.prefix() + "hold:h1";
    assertThat(probe.commands().pttl(key)).isEqualTo(-1);
    var record = probe.hold(config, "h1", "<sdddds" + "sdB".repeat(6));
    var created = Instant.ofEpochMilli((Long) record.get(3));
    assertThat(created).isBetween(before, serverTime());
    assertThat(record)
        .startsWith("open", 500_000_000L, 0L, created.toEpochMilli(), 0L, "prices-1")
        .containsAll(BUDGETS.stream().map(Budget::id).toList())
        .contains(probe.window(config, BUDGETS.getLast()).getFirst());

    ledger.settle("h1", NanoUsd.parse("0.2"));
    assertThat(probe.hold(config, "h1", "<sdddd"))
        .startsWith("settled", 500_000_000L, 0L, 200_000_000L, 0L);
    assertThat(probe.commands().pttl(key)).isBetween(86_000_000L, 86_400_000L);
  }

  @Test
  void counts_outlive_their_window_by_the_longest_hold_and_the_memory_of_its_end() {
    var minute = new Window.Rolling(Period.MINUTE);
    var budget = Budget.of(Level.KEY, "a/b", minute, new NanoUsd(5));
    ledger.reserve(Samples.hold("h1", List.of(budget), "0.000000001", "0"));
    var most = Duration.ofMinutes(1 + 30).plusDays(1);
    var forgotten = probe.commands().zscore(config.prefix() + "forget", budget.id()).longValue();
    assertThat(Instant.ofEpochMilli(forgotten))
        .isBetween(serverTime().plus(most).minusSeconds(10), serverTime().plus(most));
    ledger.expire(1);
    assertThat(probe.window(config, budget)).hasSize(4);

    probe.commands().zadd(config.prefix() + "forget", 1, budget.id());
    ledger.expire(1);
    assertThat(probe.commands().hkeys(config.prefix() + "windows")).containsExactly("#");
    assertThat(probe.keys(config, "forget")).isEmpty();
    assertThat(ledger.settle("h1", NanoUsd.ZERO)).isEqualTo(new Settlement.Posted(NanoUsd.ZERO));
  }

  @Test
  void the_layout_of_an_older_build_is_left_alone_and_does_no_harm() {
    probe.commands().hset("{sluice}:2:windows", "key:default/alice:Day.rolling", "posted");
    probe.commands().zadd("{sluice}:2:deadlines", 1, "h0");
    redis.close();
    redis = RedisLedger.connect(config);
    ledger = new Blocking(redis);
    assertThat(redis.expireAll()).isEmpty();
    assertThat(ledger.balances(BUDGETS)).allMatch(b -> b.posted().nanos() == 0);
    assertThat(probe.commands().keys("{sluice}:2:*")).hasSize(2);
  }

  @Test
  void a_hold_that_outlived_its_windows_ends_without_making_new_ones() {
    ledger.reserve(Samples.hold("h1", BUDGETS, "0.5", "0.5"));
    for (var budget : BUDGETS) {
      probe.commands().hdel(config.prefix() + "windows", budget.id());
    }
    assertThat(ledger.settle("h1", NanoUsd.parse("0.2")))
        .isEqualTo(new Settlement.Posted(NanoUsd.parse("0.2")));
    assertThat(probe.commands().hkeys(config.prefix() + "windows")).containsExactly("#");
  }

  @Test
  void a_hold_that_somebody_deleted_does_not_stop_the_sweep() {
    ledger.reserve(Samples.hold("h1", BUDGETS, "0.1", "0.1"));
    ledger.reserve(Samples.hold("h2", BUDGETS, "0.1", "0.1"));
    probe.commands().del(config.prefix() + "hold:h1");
    assertThat(redis.expireAll()).extracting(ExpiredHold::id).containsExactly("h2");
    assertThat(probe.keys(config, "deadlines")).isEmpty();
  }

  @Test
  void the_holds_of_a_dead_gateway_are_posted_in_full_when_the_only_one_starts() {
    var ids = IntStream.range(0, 250).mapToObj(i -> "h" + i).toList();
    ids.forEach(id -> ledger.reserve(Samples.hold(id, BUDGETS, "0.001", "0.001")));
    ledger.close();
    redis = RedisLedger.connect(config);
    ledger = new Blocking(redis);
    assertThat(ledger.expire(10)).isEmpty();
    var expired = redis.expireAll();
    assertThat(expired).extracting(ExpiredHold::id).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(expired)
        .allMatch(hold -> hold.amount().equals(NanoUsd.parse("0.001")))
        .allMatch(hold -> hold.note().equals("prices-1"))
        .allMatch(hold -> hold.limits().equals(BUDGETS.stream().map(Budget::id).toList()));
    assertThat(redis.expireAll()).isEmpty();
    assertThat(ledger.balances(BUDGETS))
        .allMatch(b -> b.held().nanos() == 0 && b.posted().equals(NanoUsd.parse("0.25")));
    for (var budget : BUDGETS) {
      assertThat(probe.window(config, budget)).endsWith(250_000_000L, 0L, 250_000_000L);
    }
    assertThat(ledger.settle("h7", NanoUsd.ZERO))
        .isEqualTo(new Settlement.Corrected(NanoUsd.ZERO, NanoUsd.parse("0.001")));
  }

  @Test
  void a_correction_takes_back_what_is_unconfirmed_at_every_level_and_is_remembered() {
    ledger.reserve(Samples.hold("h1", BUDGETS, "0.25", "0.25"));
    ledger.reserve(Samples.hold("h2", BUDGETS, "0.5", "0.5"));
    redis.expireAll();
    assertThat(ledger.correct("h2", NanoUsd.parse("0.125")))
        .isEqualTo(new Settlement.Corrected(NanoUsd.parse("0.125"), NanoUsd.parse("0.5")));
    // As much as was posted, or more: nothing changes but that it is known now.
    assertThat(ledger.correct("h1", NanoUsd.parse("2")))
        .isEqualTo(new Settlement.Corrected(NanoUsd.parse("0.25"), NanoUsd.parse("0.25")));
    for (var budget : BUDGETS) {
      assertThat(probe.window(config, budget)).endsWith(375_000_000L, 0L, 0L);
    }
    assertThat(probe.commands().pttl(config.prefix() + "hold:h2"))
        .isBetween(86_000_000L, 86_400_000L);
  }

  @Test
  void the_note_of_an_expired_hold_is_remembered_as_long_as_the_hold() {
    ledger.reserve(Samples.hold("h1", BUDGETS, "0.5", "0.5"));
    var open = (HoldState.Open) ledger.find("h1");
    var note = config.prefix() + "note:h1";
    assertThat(probe.commands().exists(note)).isZero();
    redis.expireAll();
    assertThat(ledger.find("h1"))
        .isEqualTo(new HoldState.Expired(open.createdAt(), open.note(), NanoUsd.parse("0.5")));
    assertThat(probe.commands().pttl(note))
        .isBetween(Duration.ofHours(23).toMillis(), Duration.ofHours(24).toMillis());
    // As a build leaves it that keeps no notes.
    probe.commands().del(note);
    assertThat(ledger.find("h1")).isEqualTo(new HoldState.Nothing());
  }

  @Test
  void of_many_that_confirm_a_hold_one_is_told() throws Exception {
    ledger.reserve(Samples.hold("h1", BUDGETS, "0.5", "0.5"));
    var cost = Amounts.usd(NanoUsd.parse("0.25"));
    try (var other = new Blocking(RedisLedger.connect(config));
        var callers = Executors.newFixedThreadPool(8)) {
      var answers = new ArrayList<Future<Settlement>>();
      for (int i = 0; i < 40; i++) {
        var one = i % 2 == 0 ? ledger : other;
        answers.add(callers.submit(() -> one.confirm("h1", cost)));
      }
      int told = 0;
      for (var answer : answers) {
        told += answer.get() instanceof Settlement.Posted ? 1 : 0;
      }
      assertThat(told).isEqualTo(1);
    }
    assertThat(ledger.balances(BUDGETS))
        .allMatch(balance -> balance.posted().equals(cost.usd()))
        .allMatch(balance -> balance.held().equals(NanoUsd.ZERO));
  }

  @Test
  void a_store_that_has_forgotten_what_it_acknowledged_books_nothing() {
    ledger.reserve(Samples.hold("h1", BUDGETS, "0.5", "0.5"));
    var windows = config.prefix() + "windows";
    var before = probe.commands().dump(windows);
    ledger.reserve(Samples.hold("h2", BUDGETS, "0.25", "0.25"));
    probe.commands().restore(windows, before, RestoreArgs.Builder.ttl(0).replace());
    assertThatThrownBy(() -> ledger.reserve(Samples.hold("h3", BUDGETS, "0.25", "0.25")))
        .isInstanceOf(LedgerUnavailableException.class)
        .hasMessageContaining("it has lost writes that it acknowledged");
    assertThatThrownBy(() -> ledger.settle("h1", NanoUsd.parse("0.1")))
        .isInstanceOf(LedgerUnavailableException.class);
    probe.commands().del(windows);
    assertThatThrownBy(() -> redis.expireAll()).isInstanceOf(LedgerUnavailableException.class);
    assertThat(ledger.balances(BUDGETS)).allMatch(balance -> balance.held().nanos() == 0);
  }

  @Test
  void each_verb_that_books_appends_one_event() {
    var position = redis.position();
    ledger.reserve(Samples.hold("h1", BUDGETS, "0.5", "0.5"));
    ledger.reserve(Samples.hold("h1", BUDGETS, "0.5", "0.5"));
    ledger.reserve(Samples.hold("h2", BUDGETS, "2", "2"));
    ledger.settle("h1", NanoUsd.parse("0.2"));
    ledger.settle("h1", NanoUsd.parse("0.2"));
    ledger.release("h9");
    assertThat(redis.position()).isEqualTo(new Position(position.epoch(), position.sequence() + 2));
    assertThat(probe.commands().xlen(config.prefix() + "events")).isEqualTo(2);
  }

  @Test
  void more_budgets_than_one_call_reads_are_told_in_their_order() {
    var many =
        IntStream.range(0, 450)
            .mapToObj(i -> Samples.yearly(Level.KEY, "default/key-" + i, "1"))
            .toList();
    ledger.reserve(Samples.hold("h1", many.subList(300, 301), "0.5", "0.5"));
    var balances = ledger.balances(many);
    assertThat(balances).extracting(Balance::budget).isEqualTo(many);
    assertThat(balances.get(300).held()).isEqualTo(NanoUsd.parse("0.5"));
    assertThat(balances).filteredOn(b -> b.held().nanos() > 0).hasSize(1);
  }

  /// Two gateways, each with its connection, and many calls at once on each.
  @Test
  void no_budget_is_crossed_by_calls_at_once_and_the_books_are_equal() throws Exception {
    try (var other = new Blocking(RedisLedger.connect(config));
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var spent = new ArrayList<Future<Long>>();
      for (int i = 0; i < 100; i++) {
        int caller = i;
        var gateway = caller % 2 == 0 ? ledger : other;
        spent.add(callers.submit(() -> spend(gateway, caller)));
      }
      long sum = 0;
      for (var caller : spent) {
        sum += caller.get();
      }
      var posted = new NanoUsd(sum);
      assertThat(posted).isBetween(NanoUsd.parse("0.9"), NanoUsd.parse("1"));
      assertThat(ledger.balances(BUDGETS))
          .allMatch(b -> b.held().nanos() == 0 && b.posted().equals(posted));
      assertThat(probe.keys(config, "deadlines")).isEmpty();
    }
  }

  /// What a caller has spent when it gives up, its verbs repeated here and there.
  private static long spend(Blocking gateway, int caller) {
    var random = new Random(caller);
    long spent = 0;
    for (int call = 0; call < 40; call++) {
      var id = "h" + caller + "-" + call;
      var request = Samples.hold(id, shuffled(random), "0.05", "0.0001");
      if (!(gateway.reserve(request) instanceof Reservation.Granted(var amounts, var balances))) {
        continue;
      }
      assertThat(balances).allMatch(b -> b.posted().plus(b.held()).compareTo(b.ceiling()) <= 0);
      if (random.nextInt(3) == 0) {
        gateway.reserve(request);
      }
      var cost = new NanoUsd(random.nextLong(amounts.usd().nanos() / 4 + 1));
      if (random.nextInt(4) == 0) {
        gateway.release(id);
      } else {
        assertThat(gateway.settle(id, cost)).isEqualTo(new Settlement.Posted(cost));
        gateway.release(id);
        spent += cost.nanos();
      }
    }
    return spent;
  }

  private static List<Budget> shuffled(Random random) {
    var shuffled = new ArrayList<>(BUDGETS);
    Collections.shuffle(shuffled, random);
    return shuffled;
  }
}
