package dev.sluice.standalone.tools;

import dev.sluice.core.mcp.ToolSecrets;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.feed.FeedUnavailableException;
import dev.sluice.feed.SharedSecret;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.mcp.serve.session.Seal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The service of tools of a gateway that starts whether its Redis is there or not: sessions need a
/// secret out of it, and until then Envoy answers 503.
public final class LateTools implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LateTools.class);
  private static final String SECRET = "mcp-sessions";
  private static final Duration TRIED_EVERY = Duration.ofSeconds(1);
  private static final Duration CLOSED_WITHIN = Duration.ofSeconds(10);

  private final RedisConfig redis;
  private final Path socket;
  private final Tools.Around around;
  private final Tools.Reached reached;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Tools tools;
  private @Nullable Snapshot snapshot;
  private ToolSecrets secrets = ToolSecrets.NONE;
  private @Nullable Thread thread;

  private LateTools(RedisConfig redis, Path socket, Tools.Around around, Tools.Reached reached) {
    this.redis = redis;
    this.socket = socket;
    this.around = around;
    this.reached = reached;
  }

  /// Opens it now where it can, else later.
  public static LateTools open(
      RedisConfig redis, Path socket, Tools.Around around, Tools.Reached reached)
      throws IOException {
    var late = new LateTools(redis, socket, around, reached);
    if (!late.opened()) {
      late.thread = Thread.ofVirtual().name("late-tools").start(late::openLater);
    }
    return late;
  }

  private boolean opened() throws IOException {
    byte[] secret;
    try {
      secret = SharedSecret.of(redis, SECRET);
    } catch (FeedUnavailableException e) {
      LOG.debug("the service of tools waits", e);
      return false;
    }
    var opened = Tools.open(socket, around, reached, new Seal(secret));
    lock.lock();
    try {
      tools = opened;
      opened.secrets(secrets);
      if (snapshot != null) {
        opened.policy(snapshot);
      }
    } finally {
      lock.unlock();
    }
    return true;
  }

  private void openLater() {
    LOG.warn("no tools are served until Redis is there");
    try {
      while (!closing.await(TRIED_EVERY.toMillis(), TimeUnit.MILLISECONDS) && !opened()) {
        // Until it can.
      }
    } catch (IOException e) {
      LOG.error("no tools are served", e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Takes what the policy in force declares. It waits for no server.
  public void policy(Snapshot next) {
    lock.lock();
    try {
      snapshot = next;
      if (tools != null) {
        tools.policy(next);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Takes what servers are to have.
  public void secrets(ToolSecrets next) {
    lock.lock();
    try {
      secrets = next;
      if (tools != null) {
        tools.secrets(next);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Ends streams that would last for ever; calls that are under way go on.
  public void drain() {
    lock.lock();
    try {
      if (tools != null) {
        tools.drain();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws InterruptedException {
    closing.countDown();
    if (thread != null) {
      thread.join(CLOSED_WITHIN);
    }
    if (tools != null) {
      tools.close();
    }
  }
}
