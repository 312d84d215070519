package dev.sluice.testkit.provider;

import dev.sluice.testkit.answer.Answer;
import dev.sluice.testkit.answer.Encoder;
import dev.sluice.testkit.answer.Event;
import dev.sluice.testkit.answer.Step;
import dev.sluice.testkit.billing.Outcome;
import dev.sluice.testkit.billing.Usage;
import dev.sluice.testkit.http.ChunkedBody;
import dev.sluice.testkit.http.Ending;
import dev.sluice.testkit.http.HttpExchange;
import dev.sluice.testkit.script.Delivery;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;

/// One answer on its way as a stream: generates at its pace, and stops when the client leaves.
final class Stream {

  private static final Duration LOOKED_EVERY = Duration.ofMillis(20);

  private final HttpExchange exchange;
  private final Delivery delivery;
  private final Encoder encoder;
  private final ChunkedBody body;
  private int events;
  private Usage usage;

  Stream(HttpExchange exchange, Delivery delivery, Encoder encoder, ChunkedBody body) {
    this.exchange = exchange;
    this.delivery = delivery;
    this.encoder = encoder;
    this.body = body;
    this.usage = Usage.NONE;
  }

  /// What was generated so far.
  Usage generated() {
    return usage;
  }

  /// How many events were shown so far.
  int events() {
    return events;
  }

  long bytesSent() {
    return body.bytesSent();
  }

  /// @param broken writes the error of the script
  Outcome send(Answer answer, Function<Delivery.Break, Event> broken) throws IOException {
    for (var step : answer.steps()) {
      if (clientLeft()) {
        return Outcome.CANCELLED;
      }
      var error = delivery.midError().filter(due -> due.afterEvents() == events);
      if (error.isPresent()) {
        return breakWith(broken.apply(error.get()));
      }
      if (!generate(step)) {
        return Outcome.ERROR;
      }
    }
    return end(Outcome.COMPLETED);
  }

  private boolean clientLeft() {
    var pace = events == 0 ? Duration.ZERO : delivery.pace();
    if (exchange.peerLeft(pace)) {
      return true;
    }
    var stall = delivery.stall().filter(silence -> silence.afterEvents() == events);
    return stall.isPresent() && clientLeftDuring(stall.get());
  }

  private boolean clientLeftDuring(Delivery.Stall stall) {
    long until = System.nanoTime() + stall.duration().toNanos();
    long left = stall.duration().toNanos();
    while (left > 0 && stall.over().getCount() > 0) {
      if (exchange.peerLeft(Duration.ofNanos(Math.min(left, LOOKED_EVERY.toNanos())))) {
        return true;
      }
      left = until - System.nanoTime();
    }
    return false;
  }

  /// Generates a step and shows its event; false where the script cuts the answer.
  private boolean generate(Step step) throws IOException {
    usage = usage.plus(step.adds());
    return step.event().isEmpty() || show(step.event().get());
  }

  private boolean show(Event event) throws IOException {
    events++;
    return write(encoder.encode(event.write(delivery.encoding().flavour())));
  }

  private Outcome breakWith(Event error) throws IOException {
    if (show(error)) {
      return end(Outcome.ERROR);
    }
    return Outcome.ERROR;
  }

  private Outcome end(Outcome outcome) throws IOException {
    if (!write(encoder.end())) {
      return Outcome.ERROR;
    }
    body.end();
    return outcome;
  }

  private boolean write(byte[] bytes) throws IOException {
    var cut = delivery.cut().filter(c -> c.atByte() <= body.bytesSent() + bytes.length);
    if (cut.isEmpty()) {
      body.write(bytes);
      return true;
    }
    body.write(bytes, Math.toIntExact(cut.get().atByte() - body.bytesSent()));
    cutOff(cut.get().ending());
    return false;
  }

  private void cutOff(Ending ending) throws IOException {
    switch (ending) {
      case CLEAN -> body.end();
      case FIN, RST -> exchange.breakOff(ending);
    }
  }
}
