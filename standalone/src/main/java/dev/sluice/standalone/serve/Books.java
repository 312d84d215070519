package dev.sluice.standalone.serve;

import dev.sluice.extproc.GatewayConfig;
import dev.sluice.ledger.ExpiredHold;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.keeper.BookKeeper;
import dev.sluice.ledger.keeper.ChangedWindows;
import dev.sluice.ledger.redis.RedisBooks;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.ledger.redis.RedisLedger;
import dev.sluice.ledger.store.Store;
import dev.sluice.standalone.redis.EmbeddedRedis;
import dev.sluice.standalone.state.StateFolder;
import dev.sluice.standalone.state.UsedRedis;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The two books: the ledger in Redis, and the keeper of its log; and the Redis where that is ours.
///
/// @param changed what is new in a policy starts with what the log shows
/// @param redis null where the Redis is the user's
/// @param expired holds of the last run that were open, still to be recorded
public record Books(
    Ledger ledger,
    BookKeeper keeper,
    ChangedWindows changed,
    @Nullable Own redis,
    List<ExpiredHold> expired) {

  private static final InstantSource CLOCK = InstantSource.system();

  /// For how long other gateways may say that their log has more: some looks of theirs.
  private static final Duration OTHERS_MAY_ASK = Duration.ofSeconds(3);

  public Books {
    expired = List.copyOf(expired);
  }

  /// The embedded Redis.
  public record Own(URI uri, long pid) {}

  /// In the user's Redis.
  public static Books at(RedisConfig redis, StateFolder state, Owned owned)
      throws IOException, InterruptedException {
    var books = owned.add(RedisBooks.connect(redis));
    var used = new UsedRedis(redis.place(), redis.installation());
    var keeper = keeper(books, used, state, OTHERS_MAY_ASK, owned);
    var ledger = owned.add(RedisLedger.connect(redis));
    keeper.serve(ledger);
    var changed = owned.add(new ChangedWindows(ledger, books, keeper, state.ledger()));
    return new Books(ledger, keeper, changed, null, List.of());
  }

  /// In a Redis of our own. Every hold in it is of a run that is over, and is booked in full.
  public static Books embedded(
      EmbeddedRedis.Running redis, RedisConfig config, StateFolder state, Owned owned)
      throws IOException, InterruptedException {
    var books = owned.add(RedisBooks.connect(config));
    var used = new UsedRedis(null, config.installation());
    var keeper = keeper(books, used, state, Duration.ZERO, owned);
    var ledger = owned.add(RedisLedger.connect(config));
    var expired = ledger.expireAll();
    keeper.serve(ledger);
    var changed = owned.add(new ChangedWindows(ledger, books, keeper, state.ledger()));
    var own = new Own(redis.uri(), redis.supervisor().pid());
    return new Books(ledger, keeper, changed, own, expired);
  }

  /// Before the ledger connects, Redis has all that the log has.
  private static BookKeeper keeper(
      RedisBooks books, UsedRedis used, StateFolder state, Duration patience, Owned owned)
      throws IOException, InterruptedException {
    var store = owned.add(Store.open(state.ledger(), CLOCK));
    used.write(state.root());
    var terms = new BookKeeper.Terms(GatewayConfig.DEFAULT.holdLifetime(), patience);
    var keeper = owned.add(new BookKeeper(books, store, terms, CLOCK));
    keeper.agree();
    return keeper;
  }
}
