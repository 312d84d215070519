package dev.sluice.standalone.up;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import sun.misc.Signal;

/// Why the gateway is to end: the first signal asks for it, a second one ends everything at once.
///
/// The JDK's shutdown hooks cannot tell a second signal, hence [Signal].
@SuppressWarnings("sunapi")
final class Signals {

  private static final int ENDED_BY_SECOND_SIGNAL = 130;

  /// Why.
  sealed interface Ending {

    /// By a signal.
    record Asked() implements Ending {}

    /// Because a part cannot be kept running.
    record Failed(String sentence) implements Ending {}
  }

  private final CompletableFuture<Ending> ending = new CompletableFuture<>();
  private final AtomicInteger count = new AtomicInteger();

  static Signals install() {
    var signals = new Signals();
    for (var name : new String[] {"INT", "TERM"}) {
      Signal.handle(new Signal(name), _ -> signals.received());
    }
    return signals;
  }

  Ending await() throws InterruptedException {
    try {
      return ending.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("BUG: the ending is never an exception", e);
    }
  }

  boolean ending() {
    return ending.isDone();
  }

  void fail(String sentence) {
    ending.complete(new Ending.Failed(sentence));
  }

  private void received() {
    if (count.incrementAndGet() > 1) {
      // The children end too: their guards see this process go.
      Runtime.getRuntime().halt(ENDED_BY_SECOND_SIGNAL);
    }
    ending.complete(new Ending.Asked());
  }
}
