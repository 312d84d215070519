package dev.sluice.ledger.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Level;
import dev.sluice.core.budget.Limit;
import dev.sluice.core.budget.Measure;
import dev.sluice.core.budget.Period;
import dev.sluice.core.budget.RateLimit;
import dev.sluice.core.budget.Window;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.Amounts;
import dev.sluice.ledger.Blocking;
import dev.sluice.ledger.HoldRequest;
import dev.sluice.ledger.books.Comparison;
import dev.sluice.ledger.redis.RedisBooks;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.ledger.redis.RedisLedger;
import dev.sluice.ledger.store.PostedEvents;
import dev.sluice.ledger.store.Store;
import dev.sluice.testkit.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Budgets whose windows are changed, with a real Redis and a real log.
class ChangedWindowsIT {

  private static final Budget DAY = key(new Window.Rolling(Period.DAY));
  private static final Budget WEEK = key(new Window.Rolling(Period.WEEK));
  private static final Budget MONTH = key(new Window.Rolling(Period.MONTH));
  private static final Budget YEAR = key(new Window.Calendar(Period.YEAR, ZoneOffset.UTC));
  private static final Budget TEAM =
      budget(Level.TEAM, "default/payments", new Window.Rolling(Period.MONTH));
  private static final Budget TEAM_YEAR =
      budget(Level.TEAM, "default/payments", new Window.Calendar(Period.YEAR, ZoneOffset.UTC));

  private static final Duration LIFETIME = Duration.ofMinutes(30);
  private static final Duration LOOKED_EVERY = Duration.ofMillis(100);

  @TempDir Path folder;
  private final ArrayDeque<AutoCloseable> opened = new ArrayDeque<>();
  private RedisServer server;

  private static Budget key(Window.Recurring window) {
    return budget(Level.KEY, "default/alice", window);
  }

  private static Budget budget(Level level, String owner, Window.Recurring window) {
    return Budget.of(level, owner, window, NanoUsd.parse("100"));
  }

  @BeforeEach
  void start() {
    server = RedisServer.start();
  }

  @AfterEach
  void end() throws Exception {
    closeAll();
    server.close();
  }

  private void closeAll() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  private <T extends AutoCloseable> T opened(T part) {
    opened.push(part);
    return part;
  }

  private RedisConfig config() {
    return RedisConfig.of(server.uri()).withTimeout(Duration.ofSeconds(20));
  }

  private Path path(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  /// The money side of a gateway.
  private record Client(
      Blocking ledger, RedisLedger redis, BookKeeper keeper, ChangedWindows changed, Path path) {

    void pay(String id, String usd, Limit... limits) {
      hold(id, limits);
      ledger.settle(id, NanoUsd.parse(usd));
    }

    void hold(String id, Limit... limits) {
      ledger.reserve(
          new HoldRequest(
              id,
              List.of(limits),
              Amounts.usd(NanoUsd.parse("9")),
              Amounts.usd(NanoUsd.parse("9")),
              "prices-1",
              LIFETIME));
    }

    void change(List<Budget> inForce, List<Budget> next) throws InterruptedException {
      changed.change(byId(inForce), byId(next));
    }

    void begin(Budget... budgets) throws InterruptedException {
      changed.begin(byId(List.of(budgets)));
    }

    String posted(Budget budget) {
      return ledger.balances(List.of(budget)).getFirst().posted().toUsd();
    }

    void awaitKept() {
      await().until(() -> keeper.figures().sequence() == redis.position().sequence());
    }
  }

  private static Map<String, Budget> byId(List<Budget> budgets) {
    var all = new LinkedHashMap<String, Budget>();
    budgets.forEach(budget -> all.put(budget.id(), budget));
    return all;
  }

  private Client client(String name) throws IOException, InterruptedException {
    return client(name, LOOKED_EVERY);
  }

  private Client client(String name, Duration lookedEvery)
      throws IOException, InterruptedException {
    var books = opened(RedisBooks.connect(config()));
    var store = opened(Store.open(path(name), InstantSource.system()));
    var terms = new BookKeeper.Terms(LIFETIME, Duration.ZERO);
    var keeper = opened(new BookKeeper(books, store, terms, InstantSource.system()));
    keeper.agree();
    var redis = opened(RedisLedger.connect(config()));
    keeper.serve(redis);
    var changed = opened(new ChangedWindows(redis, books, keeper, path(name), lookedEvery));
    return new Client(new Blocking(redis), redis, keeper, changed, path(name));
  }

  /// What Redis holds is the sum of the events.
  private void assertProved(Client client) throws IOException {
    try (var books = RedisBooks.connect(config())) {
      var all = books.dump();
      await().until(() -> client.keeper().figures().sequence() >= all.position().sequence());
      var kept = Store.read(client.path(), all.position());
      assertThat(kept.books().position()).isEqualTo(all.position());
      assertThat(Comparison.of(kept.books(), all).differences()).isEmpty();
    }
  }

  @Test
  void a_changed_window_starts_with_what_was_spent_in_its_period() throws Exception {
    var gateway = client("one");
    gateway.pay("h1", "3", DAY, TEAM);
    gateway.pay("h2", "0.5", DAY, MONTH, TEAM);
    gateway.change(List.of(DAY, TEAM), List.of(YEAR, TEAM));
    assertThat(gateway.posted(YEAR)).as("each event once").isEqualTo("3.5");
    assertThat(gateway.posted(DAY)).isEqualTo("3.5");
    gateway.change(List.of(YEAR, TEAM), List.of(WEEK, TEAM_YEAR));
    assertThat(gateway.posted(WEEK)).as("what was carried over is not spent").isEqualTo("3.5");
    assertThat(gateway.posted(TEAM_YEAR)).isEqualTo("3.5");
    gateway.pay("h3", "1", WEEK, TEAM_YEAR);
    assertThat(gateway.posted(WEEK)).isEqualTo("4.5");
    assertThat(gateway.posted(YEAR)).isEqualTo("3.5");
    assertProved(gateway);
  }

  @Test
  void the_same_edit_by_two_gateways_and_again_after_a_restart_is_booked_once() throws Exception {
    var one = client("one");
    var two = client("two");
    one.pay("h1", "3", DAY);
    two.pay("h2", "2", DAY);
    two.awaitKept();
    await().until(() -> one.keeper().figures().sequence() == two.redis().position().sequence());
    var edits = new ArrayList<CompletableFuture<Void>>();
    for (var gateway : List.of(one, two, one)) {
      edits.add(
          CompletableFuture.runAsync(
              () -> {
                try {
                  gateway.change(List.of(DAY), List.of(YEAR));
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              }));
    }
    edits.forEach(CompletableFuture::join);
    assertThat(one.posted(YEAR)).isEqualTo("5");
    one.change(List.of(DAY), List.of(YEAR));
    assertThat(one.posted(YEAR)).isEqualTo("5");
    assertProved(two);
    closeAll();
    var again = client("one");
    again.begin(YEAR);
    again.change(List.of(DAY), List.of(YEAR));
    assertThat(again.posted(YEAR)).isEqualTo("5");
    assertProved(again);
  }

  @Test
  void an_edit_while_the_gateway_was_down_counts_at_the_start() throws Exception {
    var before = client("one");
    before.pay("h1", "3", MONTH);
    before.hold("dead", MONTH);
    closeAll();
    var after = client("one");
    after.redis().expireAll();
    after.begin(YEAR);
    assertThat(after.posted(YEAR)).as("the hold of the dead is posted in full").isEqualTo("12");
    after.begin(YEAR, DAY);
    assertThat(after.posted(YEAR)).isEqualTo("12");
    assertThat(after.posted(DAY)).isEqualTo("12");
    assertProved(after);
  }

  @Test
  void what_was_in_flight_and_what_others_booked_late_follows() throws Exception {
    var one = client("one");
    var two = client("two");
    one.pay("h1", "1", MONTH);
    one.hold("slow", MONTH);
    one.change(List.of(MONTH), List.of(WEEK));
    assertThat(one.posted(WEEK)).isEqualTo("1");
    two.pay("of the old policy", "2", MONTH);
    one.pay("of the new policy", "0.25", WEEK);
    one.ledger().settle("slow", NanoUsd.parse("4"));
    await().untilAsserted(() -> assertThat(one.posted(WEEK)).isEqualTo("7.25"));
    two.change(List.of(MONTH), List.of(WEEK));
    assertThat(two.posted(WEEK)).isEqualTo("7.25");
    assertProved(one);
  }

  @Test
  void a_window_that_comes_back_has_what_was_spent_without_it() throws Exception {
    var gateway = client("one");
    gateway.pay("h1", "3", MONTH);
    gateway.change(List.of(MONTH), List.of(YEAR));
    gateway.pay("h2", "2", YEAR);
    gateway.change(List.of(YEAR), List.of(MONTH));
    assertThat(gateway.posted(MONTH)).isEqualTo("5");
    gateway.pay("h3", "1", MONTH);
    gateway.change(List.of(MONTH), List.of(YEAR));
    assertThat(gateway.posted(YEAR)).isEqualTo("6");
    assertProved(gateway);
  }

  @Test
  void a_budget_of_an_unknown_owner_starts_empty_and_one_beside_a_rate_limit_does_not()
      throws Exception {
    var gateway = client("one");
    var tokens =
        new RateLimit(
            Level.KEY,
            "default/alice",
            Measure.TOKENS,
            new Window.Calendar(Period.YEAR, ZoneOffset.UTC),
            1_000_000);
    gateway.pay("h1", "3", tokens);
    gateway.awaitKept();
    var before = gateway.redis().position();
    var aliceTwo = budget(Level.KEY, "default/alice-2", new Window.Rolling(Period.DAY));
    gateway.change(List.of(), List.of(TEAM, aliceTwo));
    assertThat(gateway.redis().position()).isEqualTo(before);
    gateway.change(List.of(TEAM), List.of(TEAM, DAY));
    assertThat(gateway.posted(DAY)).isEqualTo("3");
    assertProved(gateway);
  }

  @Test
  void a_gateway_without_the_log_takes_what_redis_has_posted_and_takes_it_once() throws Exception {
    var one = client("one");
    one.pay("h1", "3", DAY, MONTH);
    one.pay("h2", "2", MONTH);
    await().until(() -> one.keeper().figures().waiting() <= 1);
    one.pay("h3", "1", TEAM);
    var two = client("new");
    await().until(() -> two.keeper().figures().sequence() == 6);
    assertThat(PostedEvents.read(two.path(), Instant.EPOCH, Set.of(), _ -> {}).whole()).isFalse();
    one.hold("slow", MONTH);
    two.begin(YEAR);
    assertThat(two.posted(YEAR)).isEqualTo("5");
    one.change(List.of(MONTH), List.of(YEAR));
    assertThat(one.posted(YEAR)).isEqualTo("5");
    one.ledger().settle("slow", NanoUsd.parse("4"));
    await().untilAsserted(() -> assertThat(one.posted(YEAR)).isEqualTo("9"));
    two.change(List.of(MONTH), List.of(YEAR));
    assertThat(two.posted(YEAR)).isEqualTo("9");
    assertProved(two);
  }

  @Test
  void a_carry_is_rebuilt_like_everything_else() throws Exception {
    var gateway = client("one");
    gateway.pay("h1", "3", DAY);
    gateway.change(List.of(DAY), List.of(WEEK));
    gateway.awaitKept();
    closeAll();
    server.close();
    server = RedisServer.start();
    var again = client("one");
    assertThat(again.keeper().figures().rebuilds()).isOne();
    assertThat(again.posted(WEEK)).isEqualTo("3");
    again.begin(WEEK);
    again.change(List.of(DAY), List.of(WEEK));
    assertThat(again.posted(WEEK)).isEqualTo("3");
    assertProved(again);
  }

  @Test
  void what_was_spent_before_the_period_does_not_count_and_a_correction_does() throws Exception {
    var log = new WrittenLog(Instant.now().minus(Duration.ofDays(20)));
    log.paid("old", "40", Duration.ZERO, DAY);
    log.expired("old-expired", "9", Duration.ofDays(1), DAY);
    log.paid("h1", "3", Duration.ofDays(15), DAY);
    log.corrected("old-expired", "-8", Duration.ofDays(15), DAY);
    log.expired("expired", "9", Duration.ofDays(18), DAY);
    log.corrected("expired", "-7", Duration.ofDays(19), DAY);
    log.write(path("one"));
    var gateway = client("one");
    gateway.change(List.of(DAY), List.of(WEEK));
    assertThat(gateway.posted(WEEK)).isEqualTo("5");
    gateway.change(List.of(WEEK), List.of(MONTH));
    assertThat(gateway.posted(MONTH)).isEqualTo("46");
    assertProved(gateway);
  }

  @Test
  void an_edit_beside_100_000_events_is_in_force_within_seconds() throws Exception {
    var log = new WrittenLog(Instant.now().minus(Duration.ofHours(20)));
    var bob = budget(Level.KEY, "default/bob", new Window.Rolling(Period.MONTH));
    for (int i = 0; i < 50_000; i++) {
      log.paid("h" + i, "0.001", Duration.ofMillis(i), i % 10 == 0 ? MONTH : bob, TEAM);
    }
    log.write(path("one"));
    var gateway = client("one", Duration.ofHours(1));
    long start = System.nanoTime();
    gateway.change(List.of(MONTH, TEAM), List.of(YEAR, TEAM));
    long key = System.nanoTime();
    gateway.change(List.of(YEAR, TEAM), List.of(YEAR, TEAM_YEAR));
    long team = System.nanoTime();
    System.out.printf(
        "100,000 events: a key's window changed in %d ms, a team's in %d ms%n",
        (key - start) / 1_000_000, (team - key) / 1_000_000);
    assertThat(gateway.posted(YEAR)).isEqualTo("5");
    assertThat(gateway.posted(TEAM_YEAR)).isEqualTo("50");
    assertThat(Duration.ofNanos(team - start)).isLessThan(Duration.ofSeconds(30));
  }
}
