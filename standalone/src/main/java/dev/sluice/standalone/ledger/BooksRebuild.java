package dev.sluice.standalone.ledger;

import dev.sluice.extproc.GatewayConfig;
import dev.sluice.ledger.keeper.Rebuild;
import dev.sluice.ledger.redis.RedisBooks;
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

  static int run(Place place, LedgerOptions.Loss loss, PrintStream out)
      throws IOException, InterruptedException {
    return place.running() ? byGateway(place.books(), out) : here(place, loss, out);
  }

  private static int byGateway(RedisBooks books, PrintStream out) throws InterruptedException {
    books.closeBooks();
    long until = System.nanoTime() + WITHIN.toNanos();
    while (books.dump().state().rebuilding()) {
      if (System.nanoTime() > until) {
        return LedgerCommand.ended(
            FAILED, "no gateway has rebuilt Redis within " + WITHIN + ": their logs say why");
      }
      Thread.sleep(LOOKED_EVERY);
    }
    out.println(books.rebuilt());
    return DONE;
  }

  private static int here(Place place, LedgerOptions.Loss loss, PrintStream out)
      throws IOException, InterruptedException {
    var books = place.books();
    try (var store = Store.open(place.ledger(), InstantSource.system())) {
      store.damage().ifPresent(where -> LedgerCommand.ended(FAILED, where));
      long reach = Rebuild.reach(books, store);
      long redis = books.dump().position().sequence();
      if (loss == LedgerOptions.Loss.REFUSED && reach < redis) {
        return LedgerCommand.ended(
            FAILED,
            "the log ends with event %d, and Redis has counted %d (expected: as many, or"
                    .formatted(reach, redis)
                + " --accept-loss)");
      }
      var begun = books.claim(store.id(), store.position().sequence(), Duration.ZERO);
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
