package dev.sluice.xds.token;

import dev.sluice.core.provider.Credential;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Renews the access token of one credential, on a thread of its own, until it is closed.
final class Renewal implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Renewal.class);
  private static final Duration AGAIN_MIN = Duration.ofSeconds(1);
  private static final Duration AGAIN_MAX = Duration.ofMinutes(1);

  private final String name;
  private final TokenSource source;
  private final Runnable renewed;
  private final CountDownLatch waited = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable AccessToken token;

  private Renewal(String name, TokenSource source, Runnable renewed) {
    this.name = name;
    this.source = source;
    this.renewed = renewed;
  }

  /// @param name of the credential, for the log
  static Renewal start(String name, TokenSource source, Runnable renewed) {
    var renewal = new Renewal(name, source, renewed);
    Thread.ofVirtual().name("token " + name).start(renewal::run);
    return renewal;
  }

  /// Returns once there was one, or after so long. Who waited in vain is the last one to wait: no
  /// later policy is held up by a token that does not come.
  void awaitFirst(Duration most) throws InterruptedException {
    if (!waited.await(most.toMillis(), TimeUnit.MILLISECONDS)) {
      waited.countDown();
    }
  }

  /// Null before the first one, and while there is none that has not ended.
  @Nullable Credential token() {
    var last = token;
    return last == null || Instant.now().isAfter(last.expiresAt()) ? null : last.shown();
  }

  private void run() {
    var again = AGAIN_MIN;
    try {
      while (closing.getCount() > 0) {
        var before = token;
        var next = fetch();
        var wait = next == null ? again : next.renewIn(Instant.now());
        again = next == null ? longer(again) : AGAIN_MIN;
        if (next != null && (before == null || !before.shown().equals(next.shown()))) {
          LOG.info("credential {}: a new access token", name);
          renewed.run();
        }
        if (closing.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable AccessToken fetch() throws InterruptedException {
    try {
      var next = source.fetch();
      token = next;
      waited.countDown();
      return next;
    } catch (IOException | RuntimeException e) {
      LOG.warn("credential {}: no access token: {}", name, e.toString());
      return null;
    }
  }

  private static Duration longer(Duration wait) {
    var doubled = wait.multipliedBy(2);
    return doubled.compareTo(AGAIN_MAX) < 0 ? doubled : AGAIN_MAX;
  }

  @Override
  public void close() {
    closing.countDown();
    waited.countDown();
  }

  @Override
  public String toString() {
    return name;
  }
}
