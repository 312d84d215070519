package dev.sluice.standalone.serve;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Why the gateway is to end: the first signal asks for it, a second one ends everything at once.
///
/// The JDK's shutdown hooks cannot tell a second signal; `sun.misc.Signal` can.
public final class Signals {

  private static final int ENDED_BY_SECOND_SIGNAL = 130;

  /// Why.
  public sealed interface Ending {

    /// By a signal.
    record Asked() implements Ending {}

    /// Because a part cannot be kept running.
    record Failed(String sentence) implements Ending {}
  }

  private final CompletableFuture<Ending> ending = new CompletableFuture<>();
  private final AtomicInteger count = new AtomicInteger();

  public static Signals install() {
    var signals = new Signals();
    for (var name : new String[] {"INT", "TERM"}) {
      handle(name, signals::received);
    }
    return signals;
  }

  /// By reflection, since the compiler warns of every mention.
  private static void handle(String name, Runnable received) {
    try {
      var signal = Class.forName("sun.misc.Signal");
      var handler = Class.forName("sun.misc.SignalHandler");
      var proxy =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, _) -> called(received, self, method));
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("BUG: this JDK knows no signals", e);
    }
  }

  private static @Nullable Object called(Runnable received, Object self, Method method) {
    if (!method.getName().equals("handle")) {
      throw new IllegalStateException("BUG: " + method + " of " + self.getClass());
    }
    received.run();
    return null;
  }

  public Ending await() throws InterruptedException {
    try {
      return ending.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("BUG: the ending is never an exception", e);
    }
  }

  public boolean ending() {
    return ending.isDone();
  }

  public void fail(String sentence) {
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
