package dev.sluice.feed;

import dev.sluice.feed.codec.UnreadablePolicyException;
import dev.sluice.ledger.redis.RedisConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps a gateway's policy what is published: told by a push, and by a look every few seconds for
/// what no push has brought.
///
/// 1. At the start the policy in Redis comes into force, or the last one on disk where Redis is
///    away, has none, or has an older one: it may have lost some.
/// 2. A policy that cannot be read, or is older than the one in force, changes nothing.
/// 3. Each look tells Redis what is in force here, for a while.
///
/// Without Redis all goes on with the policy in force. One thread does everything.
public final class PolicyWatch implements AutoCloseable {

  /// @param lookedEvery the poll, and what a gateway tells of itself
  /// @param reportLifetime how long that counts
  record Limits(Duration lookedEvery, Duration reportLifetime) {
    static final Limits DEFAULT = new Limits(Duration.ofSeconds(2), Duration.ofSeconds(10));
  }

  private static final Duration CLOSED_WITHIN = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(PolicyWatch.class);

  private final FeedRedis redis;
  private final Reports reports;
  private final PolicyFile file;
  private final String id;
  private final Limits limits;
  private final Gateway gateway;
  private final Semaphore news = new Semaphore(0);
  private volatile boolean closing;
  private @Nullable Thread thread;
  private @Nullable Policy inForce;
  private String seen = "none";
  private @Nullable String refusal;
  private String trouble = "";

  private PolicyWatch(RedisConfig config, String id, Path folder, Gateway gateway, Limits limits) {
    this.redis = new FeedRedis(config, news::release);
    this.reports = new Reports(redis);
    this.file = PolicyFile.in(folder, config.installation());
    this.id = id;
    this.limits = limits;
    this.gateway = gateway;
  }

  /// Who serves by the policy.
  @FunctionalInterface
  public interface Gateway {
    /// Puts a policy into force, and returns once it is.
    void serve(Policy policy) throws InterruptedException;
  }

  /// Begins to watch; the first policy comes as soon as there is one.
  ///
  /// @param id of this gateway, the same after a restart
  /// @param folder where the last policy is kept
  public static PolicyWatch start(RedisConfig config, String id, Path folder, Gateway gateway) {
    return start(config, id, folder, gateway, Limits.DEFAULT);
  }

  static PolicyWatch start(
      RedisConfig config, String id, Path folder, Gateway gateway, Limits limits) {
    var watch = new PolicyWatch(config, id, folder, gateway, limits);
    watch.thread = Thread.ofVirtual().name("policy-watch").start(watch::watch);
    return watch;
  }

  private void watch() {
    try {
      look(file.read().orElse(null));
      while (!closing) {
        var _ = news.tryAcquire(limits.lookedEvery().toMillis(), TimeUnit.MILLISECONDS);
        news.drainPermits();
        if (!closing) {
          look(null);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// @param onDisk serves where Redis has nothing newer
  private void look(@Nullable Policy onDisk) throws InterruptedException {
    try {
      var found = read();
      if (found != null && isNewer(found.policy(), onDisk) && isNewer(found.policy(), inForce)) {
        serve(found.policy(), "redis");
        file.write(found.blob());
      } else if (onDisk != null) {
        serve(onDisk, "disk");
      }
      if (found != null) {
        seen = found.generation();
        checkOlder(found.policy());
      }
      report();
    } catch (RuntimeException e) {
      // The policy in force goes on, and the next look tries again.
      LOG.error("a bug: the published policy is not in force", e);
    }
  }

  /// Redis has lost something, until who publishes notices.
  private void checkOlder(Policy published) {
    if (inForce != null && isNewer(inForce, published)) {
      refusal =
          "policy %d is older than the one in force (expected: %d or later)"
              .formatted(published.generation(), inForce.generation());
      LOG.warn("{}", refusal);
    }
  }

  private static boolean isNewer(Policy policy, @Nullable Policy than) {
    return than == null || policy.generation() > than.generation();
  }

  /// A policy as it was read.
  private record Found(Policy policy, byte[] blob, String generation) {}

  /// What is published and was not seen yet, if it can be read.
  private @Nullable Found read() {
    List<Object> reply;
    try {
      reply = redis.run(PolicyPublisher.READ, FeedRedis.bytes(seen));
      recovered();
    } catch (FeedUnavailableException e) {
      failed(String.valueOf(e.getMessage()));
      return null;
    }
    if (reply.size() < 4) {
      return null;
    }
    var generation = FeedRedis.text(reply.get(0));
    try {
      var blob = FeedRedis.blob(reply.get(3));
      return new Found(PolicyBlob.read(blob), blob, generation);
    } catch (UnreadablePolicyException e) {
      LOG.error("policy {} is refused, the last one stays: {}", generation, e.getMessage());
      refusal = e.getMessage();
      seen = generation;
      return null;
    }
  }

  private void serve(Policy policy, String source) throws InterruptedException {
    long begun = System.nanoTime();
    gateway.serve(policy);
    inForce = policy;
    refusal = null;
    LOG.atInfo()
        .addKeyValue("generation", policy.generation())
        .addKeyValue("version", policy.snapshot().version())
        .addKeyValue("source", source)
        .addKeyValue("millis", (System.nanoTime() - begun) / 1_000_000)
        .log("a policy is in force");
  }

  private void report() {
    var policy = inForce;
    var report =
        policy == null
            ? new GatewayReport(id, 0, "", refusal)
            : new GatewayReport(id, policy.generation(), policy.snapshot().version(), refusal);
    try {
      reports.tell(report, limits.reportLifetime());
    } catch (FeedUnavailableException e) {
      failed(String.valueOf(e.getMessage()));
    }
  }

  /// Once for each trouble.
  private void failed(String sentence) {
    if (!sentence.equals(trouble)) {
      LOG.warn("no news of the policy from {}: {}", redis.place(), sentence);
      trouble = sentence;
    }
  }

  private void recovered() {
    if (!trouble.isEmpty()) {
      LOG.info("news of the policy come from {} again", redis.place());
      trouble = "";
    }
  }

  /// Takes back what this gateway told; without Redis that ends by itself.
  @Override
  public void close() {
    closing = true;
    news.release();
    try {
      if (thread != null && !thread.join(CLOSED_WITHIN)) {
        LOG.warn("a policy that is being put into force is left behind");
      }
      reports.forgetGateway(id);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (FeedUnavailableException e) {
      LOG.debug("what was told of this gateway ends by itself", e);
    }
    redis.close();
  }
}
