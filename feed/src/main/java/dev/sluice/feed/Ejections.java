package dev.sluice.feed;

import dev.sluice.core.provider.Ejection;
import dev.sluice.ledger.redis.RedisConfig;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which providers are left alone, told by each gateway to all others through Redis. While Redis is
/// away each gateway goes by what it sees itself.
public final class Ejections implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Ejections.class);
  private static final Duration LOOKED_EVERY = Duration.ofSeconds(1);
  private static final Duration CLOSED_WITHIN = Duration.ofSeconds(5);

  /// More wait for nothing: others find out by themselves.
  private static final int WAITING_MAX = 1_000;

  private final BlockingQueue<Ejection> untold = new LinkedBlockingQueue<>(WAITING_MAX);
  private final FeedRedis redis;
  private final Reports reports;
  private Set<Ejection> seen = Set.of();
  private String trouble = "";
  private @Nullable Thread thread;
  private volatile boolean closing;

  private Ejections(RedisConfig config) {
    redis = new FeedRedis(config, null);
    reports = new Reports(redis);
  }

  public static Ejections of(RedisConfig config) {
    return new Ejections(config);
  }

  /// Begins to look, within a second.
  ///
  /// @param listener hears of each ejection once, its own ones too
  public void start(Consumer<Ejection> listener) {
    thread = Thread.ofVirtual().name("ejections").start(() -> run(listener));
  }

  /// Tells all others, in a moment.
  public void tell(Ejection ejection) {
    if (!untold.offer(ejection)) {
      LOG.warn("{} is not told to others: {} wait", ejection, WAITING_MAX);
    }
  }

  private void run(Consumer<Ejection> listener) {
    try {
      while (!closing) {
        var next = untold.poll(LOOKED_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        look(next, listener);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(@Nullable Ejection next, Consumer<Ejection> listener) {
    try {
      if (next != null) {
        reports.tell(next);
      }
      var now = reports.ejections();
      now.stream().filter(ejection -> !seen.contains(ejection)).forEach(listener);
      seen = new HashSet<>(now);
      trouble = "";
    } catch (FeedUnavailableException e) {
      var sentence = String.valueOf(e.getMessage());
      if (!sentence.equals(trouble)) {
        LOG.warn("no word of other gateways about providers that fail: {}", sentence);
        trouble = sentence;
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    closing = true;
    if (thread != null) {
      thread.interrupt();
      thread.join(CLOSED_WITHIN);
    }
    redis.close();
  }
}
