package dev.sluice.testkit.anthropic;

import dev.sluice.testkit.anthropic.answer.Answer;
import dev.sluice.testkit.anthropic.answer.Encoder;
import dev.sluice.testkit.anthropic.answer.SseWriter;
import dev.sluice.testkit.anthropic.answer.Step;
import dev.sluice.testkit.anthropic.billing.Outcome;
import dev.sluice.testkit.anthropic.billing.Usage;
import dev.sluice.testkit.anthropic.script.Delivery;
import dev.sluice.testkit.http.ChunkedBody;
import dev.sluice.testkit.http.Ending;
import dev.sluice.testkit.http.HttpExchange;
import java.io.IOException;
import java.time.Duration;
import tools.jackson.databind.node.ObjectNode;

/// One answer on its way as a stream: generates at its pace, and stops when the client leaves.
final class Stream {

  private final String requestId;
  private final HttpExchange exchange;
  private final Delivery delivery;
  private final Encoder encoder;
  private final ChunkedBody body;
  private int events;
  private Usage usage;

  Stream(
      String requestId,
      HttpExchange exchange,
      Delivery delivery,
      Encoder encoder,
      ChunkedBody body) {
    this.requestId = requestId;
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

  long bytesSent() {
    return body.bytesSent();
  }

  Outcome send(Answer answer) throws IOException {
    for (var step : answer.steps()) {
      if (clientLeft()) {
        return Outcome.CANCELLED;
      }
      var error = delivery.midError().filter(broken -> broken.afterEvents() == events);
      if (error.isPresent()) {
        return breakWith(error.get());
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
    return stall.isPresent() && exchange.peerLeft(stall.get().duration());
  }

  /// Generates a step and shows its event; false where the script cuts the answer.
  private boolean generate(Step step) throws IOException {
    usage = usage.plus(step.adds());
    return step.event().isEmpty() || show(step.event().get());
  }

  private boolean show(ObjectNode event) throws IOException {
    events++;
    return write(encoder.encode(SseWriter.write(event, delivery.encoding().flavour())));
  }

  private Outcome breakWith(Delivery.Break error) throws IOException {
    if (show(Envelope.error(error.type(), error.message(), requestId))) {
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
