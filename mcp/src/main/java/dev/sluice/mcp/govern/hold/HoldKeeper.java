package dev.sluice.mcp.govern.hold;

import dev.sluice.ledger.Ledger;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Renews the holds of calls in flight. Those of a gateway that is gone are renewed by nobody:
/// whoever looks for expired holds posts them, and writes their records.
final class HoldKeeper implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HoldKeeper.class);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

  private final Set<String> open = ConcurrentHashMap.newKeySet();
  private final Ledger ledger;
  private final HoldTimes times;
  private final Thread thread;

  HoldKeeper(Ledger ledger, HoldTimes times) {
    this.ledger = ledger;
    this.times = times;
    this.thread = Thread.ofVirtual().name("mcp-hold-keeper").start(this::run);
  }

  void add(String id) {
    open.add(id);
  }

  void remove(String id) {
    open.remove(id);
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(times.renewEvery());
        renew();
      }
    } catch (InterruptedException _) {
      LOG.debug("closed");
    }
  }

  private void renew() throws InterruptedException {
    var ids = List.copyOf(open);
    if (ids.isEmpty()) {
      return;
    }
    try {
      var _ =
          ledger.heartbeat(ids, times.lifetime()).get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      LOG.debug("holds of calls could not be renewed: the next time will do", e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
