package dev.sluice.testkit.anthropic;

import dev.sluice.testkit.answer.Event;
import dev.sluice.testkit.answer.SseEvent;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.provider.Envelope;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Delivery;
import dev.sluice.testkit.script.Reply;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The frame of Anthropic's answers.
public record MessagesEnvelope() implements Envelope {

  private static final int STATUS_ERROR = 500;
  private static final Map<String, Integer> STATUS_BY_TYPE =
      Map.of(
          "invalid_request_error", 400,
          "billing_error", 402,
          "permission_error", 403,
          "rate_limit_error", 429,
          "overloaded_error", 529);

  @Override
  public List<Header> headers(String requestId, String contentType) {
    return List.of(
        new Header("content-type", contentType),
        new Header("request-id", requestId),
        new Header("anthropic-organization-id", "00000000-0000-4000-8000-000000000001"),
        // The provider's own limits, of its account: a gateway must not pass them on.
        new Header("anthropic-ratelimit-requests-limit", "4000"),
        new Header("anthropic-ratelimit-requests-remaining", "3999"),
        new Header("anthropic-ratelimit-requests-reset", "2026-11-21T00:00:00Z"));
  }

  @Override
  public String streamType() {
    return "text/event-stream; charset=utf-8";
  }

  @Override
  public Reply.Page failure(String requestId, Reply.Failure failure) {
    var error = error(failure.type(), failure.message(), requestId);
    return new Reply.Page(failure.status(), "application/json", error.toString());
  }

  @Override
  public int status(Delivery.Break error) {
    return STATUS_BY_TYPE.getOrDefault(error.type(), STATUS_ERROR);
  }

  @Override
  public Event broken(ApiCall call, int events, Delivery.Break error) {
    return SseEvent.typed(error(error.type(), error.message(), call.requestId()));
  }

  private static ObjectNode error(String type, String message, String requestId) {
    var json = JsonNodeFactory.instance.objectNode().put("type", "error");
    json.putObject("error").put("type", type).put("message", message);
    return json.put("request_id", requestId);
  }
}
