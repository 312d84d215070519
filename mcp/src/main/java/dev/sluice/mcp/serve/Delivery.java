package dev.sluice.mcp.serve;

import dev.sluice.mcp.rpc.sse.SseEvent;
import dev.sluice.mcp.serve.http.Incoming;
import dev.sluice.mcp.serve.http.Outgoing;
import dev.sluice.mcp.serve.stream.EventLog;
import dev.sluice.mcp.serve.stream.EventLog.Taken;
import dev.sluice.mcp.serve.stream.StreamLimits;
import io.helidon.webserver.CloseConnectionException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// Brings what is in a log to the client: as a document where there is nothing but answers, else as
/// a stream of events.
///
/// @param resumable whether events have ids, by which the stream can be taken up again
/// @param primed whether the first event has an id and nothing else
/// @param good asked before each event; when it is not, the stream ends
record Delivery(
    EventLog log, StreamLimits limits, boolean resumable, boolean primed, BooleanSupplier good) {

  private static final Duration LONG = Duration.ofDays(1);

  /// The answers to a post.
  ///
  /// @param before what is done ahead of the first event of a stream
  void answer(boolean batch, Incoming in, Outgoing out, Runnable before)
      throws IOException, InterruptedException {
    var quiet = in.takesEvents() ? limits.quietMax() : LONG;
    var only = in.takesJson() ? log.onlyAnswers(quiet) : Optional.<List<EventLog.Event>>empty();
    if (only.isPresent()) {
      var answers = only.get();
      if (answers.isEmpty()) {
        // What was cancelled is not answered, and HTTP wants something.
        out.empty(202, Map.of());
        return;
      }
      var status = batch ? 200 : answers.getFirst().status();
      out.json(status, Map.of(), batch ? array(answers) : answers.getFirst().data());
      return;
    }
    before.run();
    stream(log.attach(0), 0, out);
  }

  private static byte[] array(List<EventLog.Event> answers) {
    var bytes = new ByteArrayOutputStream();
    for (var answer : answers) {
      bytes.write(bytes.size() == 0 ? '[' : ',');
      bytes.writeBytes(answer.data());
    }
    bytes.write(']');
    return bytes.toByteArray();
  }

  /// All events after that one, until there will be no more.
  void stream(int reader, long after, Outgoing out) throws IOException, InterruptedException {
    try (var events = out.events()) {
      if (primed) {
        events.send(SseEvent.message("").withId(log.id() + "." + after));
      } else {
        // The head goes out at once, so that the client knows that it is heard.
        events.keepAlive();
      }
      while (good.getAsBoolean()) {
        switch (log.take(reader, limits.quietMax())) {
          case Taken.Next(var event) -> {
            if (!good.getAsBoolean()) {
              return;
            }
            events.send(event(event));
          }
          case Taken.Quiet _ -> events.keepAlive();
          case Taken.Over _ -> {
            return;
          }
          case Taken.Behind _ -> {
            // An answer that cannot be fetched again is worth more than what was told before it.
            if (resumable || !log.answers()) {
              throw new CloseConnectionException("the client was too slow");
            }
          }
        }
      }
    } finally {
      log.detach(reader);
    }
  }

  private SseEvent event(EventLog.Event event) {
    var message = SseEvent.message(new String(event.data(), StandardCharsets.UTF_8));
    return resumable ? message.withId(log.id() + "." + event.number()) : message;
  }
}
