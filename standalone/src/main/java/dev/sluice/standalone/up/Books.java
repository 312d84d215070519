package dev.sluice.standalone.up;

import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.ledger.redis.RedisLedger;
import dev.sluice.standalone.redis.EmbeddedRedis;
import dev.sluice.standalone.socket.EventLoops;
import dev.sluice.standalone.state.StateFolder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The ledger, and its Redis where that is ours.
///
/// @param redisPid null where the Redis is the user's
record Books(Ledger ledger, @Nullable Long redisPid) {

  private static final Logger LOG = LoggerFactory.getLogger(Books.class);

  /// In the user's Redis.
  static Books at(URI url, EventLoops loops, Owned owned) {
    return new Books(owned.add(connect(url, loops)), null);
  }

  /// In a Redis of our own. Every hold in it is of a run that is over, and is booked in full.
  static Books embedded(
      Path program, StateFolder state, EventLoops loops, Signals signals, Owned owned)
      throws IOException {
    var redis = EmbeddedRedis.start(program, state, InstantSource.system(), signals::fail);
    owned.add(redis::end);
    var ledger = owned.add(connect(redis.uri(), loops));
    var expired = ledger.expireAll();
    if (!expired.isEmpty()) {
      LOG.atWarn()
          .addKeyValue("holds", expired)
          .log("holds of the last run were open, and are booked in full");
    }
    return new Books(ledger, redis.supervisor().pid());
  }

  private static RedisLedger connect(URI url, EventLoops loops) {
    return RedisLedger.connect(RedisConfig.of(url.toString()).withEventLoops(loops.group()));
  }
}
