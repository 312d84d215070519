package dev.sluice.feed;

import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.ledger.redis.Script;
import dev.sluice.ledger.redis.link.RedisFailure;
import dev.sluice.ledger.redis.link.RedisLink;
import dev.sluice.ledger.redis.link.RedisUrl;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Blocking calls to the installation's Redis, for who can go on without it: the first call
/// connects, and one that cannot is told at once for a while.
final class FeedRedis implements AutoCloseable {

  private static final StringCodec BYTES = new StringCodec(StandardCharsets.ISO_8859_1);

  private static final Duration CONNECTS_EVERY = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(FeedRedis.class);

  private final RedisConfig config;
  private final RedisUrl url;
  private final String prefix;
  private final @Nullable Runnable news;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable RedisLink link;
  private @Nullable FeedUnavailableException failed;
  private long failedAt;
  private boolean closed;

  /// @param news hears, on the event loop, of each publication and of each new connection; null
  ///   where nobody listens
  FeedRedis(RedisConfig config, @Nullable Runnable news) {
    this.config = config;
    this.url = RedisUrl.parse(config.url());
    // A hash tag, as the ledger's keys have, and the version of the keys' meaning.
    this.prefix = "{" + config.installation() + "}:policy:1:";
    this.news = news;
  }

  String place() {
    return url.place();
  }

  /// Runs a script in one atomic step; a character of the answer's texts is a byte.
  ///
  /// @throws FeedUnavailableException where Redis does not answer in time, or with an error
  List<Object> run(Script script, byte[]... arguments) {
    var connected = link();
    try {
      try {
        return answer(connected, CommandType.EVALSHA, script.digest(), arguments);
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof RedisNoScriptException)) {
          throw e;
        }
        return answer(connected, CommandType.EVAL, script.source(), arguments);
      }
    } catch (ExecutionException e) {
      if (RedisFailure.isReadOnly(e.getCause())) {
        connected.renew();
      }
      throw unavailable(RedisFailure.sentence(e.getCause()), e);
    } catch (RedisException e) {
      throw unavailable(RedisFailure.sentence(e), e);
    } catch (TimeoutException e) {
      connected.renew();
      var trouble = connected.trouble();
      throw unavailable(
          "no answer within " + config.timeout() + (trouble == null ? "" : ": " + trouble), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("interrupted", e);
    }
  }

  private List<Object> answer(
      RedisLink connected, CommandType type, String script, byte[][] arguments)
      throws ExecutionException, TimeoutException, InterruptedException {
    var all = connected.keyed(bytes(script));
    for (var argument : arguments) {
      all.add(argument);
    }
    var call = connected.dispatch(type, all, BYTES).toCompletableFuture();
    try {
      return call.get(config.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      // One that was given up is not sent again over a new connection.
      call.cancel(false);
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] bytes(long number) {
    return bytes(Long.toString(number));
  }

  static byte[] blob(Object answer) {
    return ((String) answer).getBytes(StandardCharsets.ISO_8859_1);
  }

  static String text(Object answer) {
    return new String(blob(answer), StandardCharsets.UTF_8);
  }

  static long number(Object answer) {
    return Long.parseLong(text(answer));
  }

  private RedisLink link() {
    lock.lock();
    try {
      if (closed) {
        throw unavailable("closed", null);
      }
      if (link == null) {
        if (failed != null && System.nanoTime() - failedAt < CONNECTS_EVERY.toNanos()) {
          throw failed;
        }
        link = connect();
      }
      return link;
    } finally {
      lock.unlock();
    }
  }

  private RedisLink connect() {
    try {
      var opened = RedisLink.open(url, prefix, config.timeout(), config.eventLoops());
      if (news != null) {
        opened.onConnected(news);
        subscribe(opened, news);
      }
      return opened;
    } catch (LedgerUnavailableException e) {
      failed = new FeedUnavailableException(String.valueOf(e.getMessage()), e);
      failedAt = System.nanoTime();
      throw failed;
    }
  }

  /// Without it the polls find what is new, later.
  private void subscribe(RedisLink opened, Runnable listener) {
    try {
      opened
          .subscribe(prefix + "news", _ -> listener.run())
          .whenComplete(
              (_, failure) -> {
                if (failure != null) {
                  LOG.warn("news of the policy come late: {}", RedisFailure.sentence(failure));
                }
              });
    } catch (RedisException e) {
      LOG.warn("news of the policy come late: {}", RedisFailure.sentence(e));
    }
  }

  private static FeedUnavailableException unavailable(String why, @Nullable Throwable cause) {
    return new FeedUnavailableException("redis: " + why, cause);
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      if (link != null) {
        link.close();
        link = null;
      }
    } finally {
      lock.unlock();
    }
  }
}
