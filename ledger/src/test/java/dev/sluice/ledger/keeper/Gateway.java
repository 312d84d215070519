package dev.sluice.ledger.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.Amounts;
import dev.sluice.ledger.Blocking;
import dev.sluice.ledger.HoldRequest;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.Position;
import dev.sluice.ledger.Reservation;
import dev.sluice.ledger.Samples;
import dev.sluice.ledger.Settlement;
import dev.sluice.ledger.books.Books;
import dev.sluice.ledger.books.Comparison;
import dev.sluice.ledger.redis.RedisBooks;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.ledger.redis.RedisLedger;
import dev.sluice.ledger.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The ledger of a gateway, its store, and its keeper, which can be taken away from it.
final class Gateway implements AutoCloseable {

  private static final List<Budget> BUDGETS = Samples.sixLevels("alice", "10");
  private static final Duration LIFETIME = Duration.ofMinutes(30);
  private static final Duration BACK_WITHIN = Duration.ofSeconds(20);

  private record Keeping(RedisBooks books, Store store, BookKeeper keeper) {}

  private final RedisConfig config;
  private final Path path;
  private final RedisLedger redis;
  private final Blocking ledger;
  private @Nullable Keeping keeping;

  private Gateway(RedisConfig config, Path path, @Nullable Keeping keeping) {
    this.config = config;
    this.path = path;
    this.keeping = keeping;
    this.redis = RedisLedger.connect(config);
    this.ledger = new Blocking(redis);
  }

  /// @param path of its store's folder, which is there
  /// @param patience for how long other gateways may say that they have more
  static Gateway start(RedisConfig config, Path path, Duration patience)
      throws IOException, InterruptedException {
    var keeping = keeping(config, path, patience);
    keeping.keeper.agree();
    var gateway = new Gateway(config, path, keeping);
    keeping.keeper.serve(gateway.redis);
    return gateway;
  }

  /// One whose keeper is still to come.
  static Gateway unkept(RedisConfig config, Path path) {
    return new Gateway(config, path, null);
  }

  private static Keeping keeping(RedisConfig config, Path path, Duration patience)
      throws IOException {
    var books = RedisBooks.connect(config);
    var store = Store.open(path, InstantSource.system());
    var terms = new BookKeeper.Terms(LIFETIME, patience);
    return new Keeping(books, store, new BookKeeper(books, store, terms, InstantSource.system()));
  }

  void keep() throws IOException {
    var begun = keeping(config, path, Duration.ZERO);
    keeping = begun;
    begun.keeper.serve(redis);
  }

  void stopKeeping() throws IOException {
    var last = keeping;
    keeping = null;
    if (last != null) {
      last.keeper.close();
      last.store.close();
      last.books.close();
    }
  }

  Figures figures() {
    return kept().keeper.figures();
  }

  String storeId() {
    return kept().store.id();
  }

  private Keeping kept() {
    if (keeping == null) {
      throw new IllegalStateException("the gateway has no keeper (expected: one)");
    }
    return keeping;
  }

  Path path() {
    return path;
  }

  Blocking ledger() {
    return ledger;
  }

  void hold(String id) {
    assertThat(ledger.reserve(request(id))).isInstanceOf(Reservation.Granted.class);
  }

  void settle(String id, String usd) {
    assertThat(ledger.settle(id, NanoUsd.parse(usd))).isEqualTo(settled(usd));
  }

  void pay(String id, String usd) {
    hold(id);
    settle(id, usd);
  }

  /// As for a request that went on without a hold.
  void charge(String id, String usd) {
    assertThat(ledger.charge(request(id), Amounts.usd(NanoUsd.parse(usd)))).isEqualTo(settled(usd));
  }

  static HoldRequest request(String id) {
    return Samples.hold(id, BUDGETS, "0.5", "0.5");
  }

  private static Settlement settled(String usd) {
    return new Settlement.Posted(NanoUsd.parse(usd));
  }

  NanoUsd posted() {
    return balance().posted();
  }

  NanoUsd held() {
    return balance().held();
  }

  private Balance balance() {
    return ledger.balances(BUDGETS).getFirst();
  }

  /// Until its store has what this gateway has booked.
  void awaitKept() {
    await().until(() -> figures().sequence() >= redis.position().sequence());
  }

  /// Until Redis answers, and has all that this gateway was told of.
  void awaitAdmitted() {
    await()
        .atMost(BACK_WITHIN)
        .ignoreException(LedgerUnavailableException.class)
        .until(() -> ledger.heartbeat(List.of("of nobody"), LIFETIME) == 0);
  }

  void awaitPosted(String usd) {
    await()
        .atMost(BACK_WITHIN)
        .ignoreException(LedgerUnavailableException.class)
        .until(this::posted, NanoUsd.parse(usd)::equals);
  }

  /// The store has, in the end, what Redis holds.
  void assertBooksEqual() throws IOException {
    try (var books = RedisBooks.connect(config)) {
      var all = books.dump();
      await().until(() -> stored(all.position()).position().equals(all.position()));
      var compared = Comparison.of(stored(all.position()), all);
      assertThat(compared.differences()).isEmpty();
      assertThat(compared.windows()).isEqualTo(BUDGETS.size());
    }
  }

  private Books stored(Position upTo) throws IOException {
    return Store.read(path, upTo).books();
  }

  @Override
  public void close() {
    ledger.close();
    try {
      stopKeeping();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
