package dev.sluice.testkit.cloud;

import dev.sluice.testkit.http.Ending;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What a simulated token service does instead of its answers, until it is told otherwise.
public final class Troubles {

  private static final Duration LOOKED_EVERY = Duration.ofMillis(20);
  private static final int BODY_BYTES = 100;

  private final AtomicLong met = new AtomicLong();
  private volatile @Nullable Trouble present;

  /// One way not to give out a token.
  public sealed interface Trouble {

    /// Nothing comes.
    record Silence() implements Trouble {}

    /// A head comes, and a part of a body.
    record Halt() implements Trouble {}

    /// The connection breaks.
    record HangUp() implements Trouble {}

    /// Something else comes.
    record Page(int status, String type, String body) implements Trouble {}
  }

  public void begin(Trouble trouble) {
    present = trouble;
  }

  public void end() {
    present = null;
  }

  /// How many requests have met some.
  public long met() {
    return met.get();
  }

  /// True where the request had some, and needs no other answer.
  public boolean meet(HttpExchange exchange) throws IOException {
    var trouble = present;
    if (trouble == null) {
      return false;
    }
    met.incrementAndGet();
    switch (trouble) {
      case Trouble.Silence() -> await(exchange, trouble);
      case Trouble.Halt() -> {
        var head = List.of(new Header("content-type", "application/json"));
        exchange.respond(200, head, new byte[BODY_BYTES], 1);
        await(exchange, trouble);
      }
      case Trouble.HangUp() -> exchange.breakOff(Ending.RST);
      case Trouble.Page(int status, var type, var text) -> {
        var body = text.getBytes(StandardCharsets.UTF_8);
        exchange.respond(status, List.of(new Header("content-type", type)), body, body.length);
      }
    }
    return true;
  }

  private void await(HttpExchange exchange, Trouble trouble) throws IOException {
    while (trouble.equals(present)) {
      if (exchange.peerLeft(LOOKED_EVERY)) {
        return;
      }
    }
    exchange.breakOff(Ending.RST);
  }
}
