package dev.sluice.standalone.up;

import dev.sluice.ledger.ExpiredHold;
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
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The ledger, and its Redis where that is ours.
///
/// @param redisPid null where the Redis is the user's
/// @param expired holds of the last run that were open, still to be recorded
record Books(Ledger ledger, @Nullable Long redisPid, List<ExpiredHold> expired) {
  Books {
    expired = List.copyOf(expired);
  }

  /// In the user's Redis.
  static Books at(URI url, EventLoops loops, Owned owned) {
    return new Books(owned.add(connect(url, loops)), null, List.of());
  }

  /// In a Redis of our own. Every hold in it is of a run that is over, and is booked in full.
  static Books embedded(
      Path program, StateFolder state, EventLoops loops, Signals signals, Owned owned)
      throws IOException {
    var redis = EmbeddedRedis.start(program, state, InstantSource.system(), signals::fail);
    owned.add(redis::end);
    var ledger = owned.add(connect(redis.uri(), loops));
    return new Books(ledger, redis.supervisor().pid(), ledger.expireAll());
  }

  private static RedisLedger connect(URI url, EventLoops loops) {
    return RedisLedger.connect(RedisConfig.of(url.toString()).withEventLoops(loops.group()));
  }
}
