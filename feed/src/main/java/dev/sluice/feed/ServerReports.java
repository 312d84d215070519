package dev.sluice.feed;

import dev.sluice.core.mcp.ServerReport;
import dev.sluice.core.mcp.ToolChange;
import dev.sluice.feed.codec.ToolWords;
import dev.sluice.feed.codec.UnreadablePolicyException;
import dev.sluice.ledger.redis.RedisConfig;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What gateways say of their servers of tools, in Redis for a while: each tells its own again and
/// again, and whoever shows them reads all.
public final class ServerReports implements AutoCloseable {

  /// How long what a gateway told counts, unless it tells it again.
  public static final Duration LIFETIME = Duration.ofSeconds(30);

  /// Of one gateway.
  static final int TOLD_BYTES_MAX = 8 << 20;

  private static final Duration TOLD_EVERY = LIFETIME.dividedBy(3);

  /// After a failure.
  private static final Duration TRIED_EVERY = Duration.ofSeconds(2);

  private static final Duration CLOSED_WITHIN = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(ServerReports.class);

  private final FeedRedis redis;
  private final Reports reports;
  private final String gateway;
  private @Nullable Thread thread;
  private @Nullable ToolWords told;
  private boolean fresh;
  private boolean closing;
  private String trouble = "";

  private ServerReports(RedisConfig config, String gateway) {
    this.redis = new FeedRedis(config, null);
    this.reports = new Reports(redis);
    this.gateway = gateway;
  }

  /// @param gateway its id: that of its Envoy's node
  public static ServerReports open(RedisConfig config, String gateway) {
    return new ServerReports(config, gateway);
  }

  /// From now on this is what the gateway says; it is told in a moment, and again until the end.
  public synchronized void tell(List<ServerReport> said, List<ToolChange> changes) {
    if (closing) {
      return;
    }
    told = new ToolWords(said, changes);
    fresh = true;
    notifyAll();
    if (thread == null) {
      thread = Thread.ofVirtual().name("server-reports").start(this::run);
    }
  }

  /// What counts now, by the ids of gateways. It blocks for the configured timeout at most.
  ///
  /// @throws FeedUnavailableException where Redis is away
  public SortedMap<String, ToolWords> all() {
    var all = new TreeMap<String, ToolWords>();
    reports
        .tools()
        .forEach(
            (id, bytes) -> {
              try {
                all.put(id, ToolWords.read(bytes));
              } catch (UnreadablePolicyException e) {
                LOG.warn("what gateway {} tells of tools cannot be read", id, e);
              }
            });
    return all;
  }

  private void run() {
    try {
      for (var next = next(); next != null; next = next()) {
        rest(told(next) ? TOLD_EVERY : TRIED_EVERY);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized @Nullable ToolWords next() {
    fresh = false;
    return closing ? null : told;
  }

  /// Until there is something else to tell.
  private synchronized void rest(Duration max) throws InterruptedException {
    var end = System.nanoTime() + max.toNanos();
    while (!fresh && !closing && end - System.nanoTime() > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, end - System.nanoTime()));
    }
  }

  private boolean told(ToolWords words) {
    try {
      reports.tellTools(gateway, words.write(TOLD_BYTES_MAX), LIFETIME);
      trouble = "";
      return true;
    } catch (FeedUnavailableException e) {
      var sentence = String.valueOf(e.getMessage());
      if (!sentence.equals(trouble)) {
        LOG.warn("nobody is told of the servers of tools: {}", sentence);
        trouble = sentence;
      }
      return false;
    }
  }

  /// Also takes back what was told; without Redis that ends by itself.
  @Override
  public void close() throws InterruptedException {
    @Nullable Thread last;
    synchronized (this) {
      closing = true;
      last = thread;
      notifyAll();
    }
    if (last != null) {
      last.join(CLOSED_WITHIN);
      try {
        reports.forgetTools(gateway);
      } catch (FeedUnavailableException e) {
        LOG.debug("what was told of servers of tools ends by itself", e);
      }
    }
    redis.close();
  }
}
