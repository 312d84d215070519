package dev.sluice.standalone.ledger;

import dev.sluice.extproc.GatewayConfig;
import dev.sluice.ledger.keeper.Rebuild;
import dev.sluice.ledger.redis.RedisBooks;
import dev.sluice.ledger.redis.RedisBooks.Loss;
import dev.sluice.ledger.redis.RedisBooks.TakenException;
import dev.sluice.ledger.store.Store;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;

/// Replaces what Redis holds by the sum of the events: by the gateway that runs on the state, which
/// has the store open, else by itself.
final class BooksRebuild {

  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final Duration WITHIN = Duration.ofSeconds(120);
  private static final Duration LOOKED_EVERY = Duration.ofMillis(100);

  private BooksRebuild() {}

  static int run(Place place, Loss loss, PrintStream out) throws IOException, InterruptedException {
    return place.running() ? byGateway(place, loss, out) : here(place, loss, out);
  }

  private static int byGateway(Place place, Loss loss, PrintStream out)
      throws IOException, InterruptedException {
    var books = place.books();
    long redis = counted(books);
    if (loss == Loss.REFUSED) {
      long reach = reachOfGateway(place, redis);
      if (reach < redis) {
        return tooShort(reach, redis);
      }
    }
    books.closeBooks(loss);
    long until = System.nanoTime() + WITHIN.toNanos();
    var told = books.told();
    while (told.state().rebuilding()) {
      if (System.nanoTime() > until) {
        return LedgerCommand.ended(
            FAILED, "no gateway has rebuilt Redis within " + WITHIN + ": their logs say why");
      }
      Thread.sleep(LOOKED_EVERY);
      told = books.told();
    }
    out.println(told.rebuilt());
    return DONE;
  }

  private static long counted(RedisBooks books) {
    return books.told().state().position().sequence();
  }

  /// How far the log of a gateway that runs reaches, up to an event: between two reads, what was in
  /// the stream may have come to the log, and is read there the next time.
  private static long reachOfGateway(Place place, long upTo)
      throws IOException, InterruptedException {
    long before = -1;
    while (true) {
      var kept = Store.read(place.ledger(), Store.END);
      long logged = kept.books().position().sequence();
      long reach = Rebuild.reach(place.books(), logged, kept.lastId());
      if (reach >= upTo || logged == before) {
        return reach;
      }
      before = logged;
      Thread.sleep(LOOKED_EVERY);
    }
  }

  private static int tooShort(long reach, long redis) {
    return LedgerCommand.ended(
        FAILED,
        "the log ends with event %d, and Redis has counted %d (expected: as many, or --accept-loss)"
            .formatted(reach, redis));
  }

  private static int here(Place place, Loss loss, PrintStream out)
      throws IOException, InterruptedException {
    var books = place.books();
    try (var store = Store.open(place.ledger(), InstantSource.system())) {
      store.damage().ifPresent(where -> LedgerCommand.ended(FAILED, where));
      long logged = store.position().sequence();
      long reach = Rebuild.reach(books, logged, store.lastId());
      long redis = counted(books);
      if (loss == Loss.REFUSED && reach < redis) {
        return tooShort(reach, redis);
      }
      var begun = books.claim(store.id(), logged, Duration.ZERO, loss);
      if (begun.isEmpty()) {
        return LedgerCommand.ended(FAILED, "a gateway rebuilds Redis already");
      }
      var lifetime = GatewayConfig.DEFAULT.holdLifetime();
      out.println(new Rebuild(books, store).run(begun.get(), 0, lifetime).sentence());
      return DONE;
    } catch (TakenException _) {
      return LedgerCommand.ended(FAILED, "another rebuild has begun");
    }
  }
}
