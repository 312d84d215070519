package dev.sluice.ledger.redis;

import dev.sluice.ledger.redis.link.RedisUrl;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Where the ledger's Redis is and how it is used.
///
/// @param url see [RedisUrl]
/// @param installation told apart by this name, several installations share one Redis
/// @param timeout of one call
/// @param eventLoops shared with the caller, who ends them after the ledger is closed; of the epoll
///   transport where its native library is on the class path, else of NIO. Null: one thread of the
///   ledger's own
public record RedisConfig(
    String url, String installation, Duration timeout, @Nullable EventLoopGroup eventLoops) {

  /// The name where none is given.
  public static final String INSTALLATION = "sluice";

  /// The defaults: installation `sluice`, 2 seconds, event loops of its own.
  public static RedisConfig of(String url) {
    return new RedisConfig(url, INSTALLATION, Duration.ofSeconds(2), null);
  }

  public RedisConfig withEventLoops(EventLoopGroup group) {
    return new RedisConfig(url, installation, timeout, group);
  }

  public RedisConfig withInstallation(String name) {
    return new RedisConfig(url, name, timeout, eventLoops);
  }

  public RedisConfig withTimeout(Duration other) {
    return new RedisConfig(url, installation, other, eventLoops);
  }

  public RedisConfig {
    if (!installation.matches("[A-Za-z0-9._-]{1,63}")) {
      throw new IllegalArgumentException(
          "installation: " + installation + " (expected: 1 to 63 of A-Z a-z 0-9 . _ -)");
    }
    var _ = RedisUrl.parse(url);
  }

  /// The prefix of every key: a hash tag, so that one atomic call can reach them all in a cluster,
  /// and the version of the keys' meaning.
  String prefix() {
    return "{" + installation + "}:3:";
  }

  /// Where it is, without user and password.
  public String place() {
    return RedisUrl.parse(url).place();
  }

  /// Without the password.
  @Override
  public String toString() {
    return "RedisConfig[" + place() + ", " + installation + ", " + timeout + "]";
  }
}
