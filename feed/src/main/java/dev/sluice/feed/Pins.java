package dev.sluice.feed;

import dev.sluice.core.mcp.PinStore;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.ledger.redis.Script;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the first list of each server of tools had, in Redis: recorded by whoever comes first, the
/// same for all gateways, and never overwritten.
public final class Pins implements PinStore, AutoCloseable {

  private static final Script SCRIPT = Script.of(Pins.class, "pins.lua");

  /// Of one server's definitions; a list that is larger is not recorded.
  static final long DEFINITIONS_BYTES_MAX = 32L << 20;

  private final FeedRedis redis;

  private Pins(FeedRedis redis) {
    this.redis = redis;
  }

  /// Connects with the first call.
  public static Pins open(RedisConfig config) {
    return new Pins(new FeedRedis(config, null));
  }

  @Override
  public Map<String, Pin> recordFirst(ObjectName server, String source, Map<String, Pin> first)
      throws PinsUnavailableException {
    var arguments = new ArrayList<byte[]>();
    arguments.add(FeedRedis.bytes(server + ":" + sha256(source)));
    long bytes = 0;
    for (var pin : first.entrySet()) {
      var text = FeedRedis.bytes(pin.getValue().digest() + "\n" + pin.getValue().definition());
      bytes += text.length;
      arguments.add(FeedRedis.bytes(pin.getKey()));
      arguments.add(text);
    }
    if (bytes > DEFINITIONS_BYTES_MAX) {
      throw unavailable(
          "definitions of %d bytes (expected: %d or less)".formatted(bytes, DEFINITIONS_BYTES_MAX),
          null);
    }
    try {
      var reply = redis.run(SCRIPT, arguments.toArray(byte[][]::new));
      var recorded = new HashMap<String, Pin>();
      for (int at = 0; at < reply.size(); at += 2) {
        recorded.put(FeedRedis.text(reply.get(at)), pin(FeedRedis.text(reply.get(at + 1))));
      }
      return Map.copyOf(recorded);
    } catch (FeedUnavailableException e) {
      throw unavailable(String.valueOf(e.getMessage()), e);
    }
  }

  private static PinsUnavailableException unavailable(String why, @Nullable Throwable cause) {
    return new PinsUnavailableException("the record of their definitions: " + why, cause);
  }

  private static Pin pin(String text) throws PinsUnavailableException {
    int end = text.indexOf('\n');
    if (end < 0) {
      throw unavailable("an entry that is not of this version", null);
    }
    return new Pin(text.substring(0, end), text.substring(end + 1));
  }

  private static String sha256(String text) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("BUG: every JDK has SHA-256", e);
    }
  }

  @Override
  public void close() {
    redis.close();
  }
}
