package dev.sluice.feed;

import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.ledger.redis.Script;
import java.security.SecureRandom;
import java.util.HexFormat;

/// Secrets that all gateways of an installation share, in its Redis: for what a client brings back
/// from one gateway to another.
public final class SharedSecret {

  private static final Script SCRIPT = Script.of(SharedSecret.class, "shared-secret.lua");
  private static final int BYTES = 32;

  private SharedSecret() {}

  /// The same for whoever asks, made by the first.
  ///
  /// @throws FeedUnavailableException where Redis does not answer
  public static byte[] of(RedisConfig config, String name) {
    var fresh = new byte[BYTES];
    new SecureRandom().nextBytes(fresh);
    try (var redis = new FeedRedis(config, null)) {
      var reply =
          redis.run(
              SCRIPT, FeedRedis.bytes(name), FeedRedis.bytes(HexFormat.of().formatHex(fresh)));
      return HexFormat.of().parseHex(FeedRedis.text(reply.getFirst()));
    }
  }
}
