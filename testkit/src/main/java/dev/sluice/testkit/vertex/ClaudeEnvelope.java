package dev.sluice.testkit.vertex;

import dev.sluice.testkit.answer.Event;
import dev.sluice.testkit.anthropic.MessagesEnvelope;
import dev.sluice.testkit.google.GoogleEnvelope;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.provider.Envelope;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Delivery;
import dev.sluice.testkit.script.Reply;
import java.util.List;

/// The frame of Claude's answers in Vertex AI: what Claude says is in its own words, what Google
/// says before it (who may ask, and how often) in Google's.
record ClaudeEnvelope(GoogleEnvelope google) implements Envelope {

  private static final MessagesEnvelope CLAUDE = new MessagesEnvelope();

  @Override
  public List<Header> headers(String requestId, String contentType) {
    return List.of(
        new Header("content-type", contentType),
        new Header("request-id", requestId),
        new Header("server", "scaffolding on HTTPServer2"));
  }

  @Override
  public String streamType() {
    return CLAUDE.streamType();
  }

  @Override
  public Reply.Page failure(String requestId, Reply.Failure failure) {
    if (GoogleEnvelope.isOwn(failure.type())) {
      return google.failure(requestId, failure);
    }
    return switch (failure.status()) {
      case 401, 403, 404, 429, 503 -> google.failure(requestId, failure);
      default -> CLAUDE.failure(requestId, failure);
    };
  }

  @Override
  public int status(Delivery.Break error) {
    return CLAUDE.status(error);
  }

  @Override
  public Event broken(ApiCall call, int events, Delivery.Break error) {
    return CLAUDE.broken(call, events, error);
  }
}
