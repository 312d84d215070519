package dev.sluice.testkit.google;

import dev.sluice.testkit.answer.Event;
import dev.sluice.testkit.answer.SseEvent;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.provider.Envelope;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Delivery;
import dev.sluice.testkit.script.Reply;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The frame of Google's answers.
///
/// @param service that the details of an error name
public record GoogleEnvelope(String service) implements Envelope {

  private static final String RPC = "type.googleapis.com/google.rpc.";
  private static final String RETRY_DELAY = "26s";
  private static final int STATUS_ERROR = 500;

  private static final Map<Integer, String> CODES =
      Map.ofEntries(
          Map.entry(400, "INVALID_ARGUMENT"),
          Map.entry(401, "UNAUTHENTICATED"),
          Map.entry(403, "PERMISSION_DENIED"),
          Map.entry(404, "NOT_FOUND"),
          Map.entry(409, "ABORTED"),
          Map.entry(429, "RESOURCE_EXHAUSTED"),
          Map.entry(499, "CANCELLED"),
          Map.entry(500, "INTERNAL"),
          Map.entry(501, "UNIMPLEMENTED"),
          Map.entry(503, "UNAVAILABLE"),
          Map.entry(504, "DEADLINE_EXCEEDED"));

  /// The words of scripts, which are Anthropic's, and Google's own.
  private static final Map<String, Integer> STATUS_BY_TYPE =
      Map.ofEntries(
          Map.entry("invalid_request_error", 400),
          Map.entry("permission_error", 403),
          Map.entry("rate_limit_error", 429),
          Map.entry("overloaded_error", 503),
          Map.entry("INVALID_ARGUMENT", 400),
          Map.entry("RESOURCE_EXHAUSTED", 429),
          Map.entry("UNAVAILABLE", 503),
          Map.entry("DEADLINE_EXCEEDED", 504));

  /// Ends of an answer, where an error in mid-stream is one of them.
  private static final Set<String> FINISH_REASONS =
      Set.of("SAFETY", "RECITATION", "PROHIBITED_CONTENT", "MALFORMED_FUNCTION_CALL", "OTHER");

  @Override
  public List<Header> headers(String requestId, String contentType) {
    return List.of(
        new Header("content-type", contentType),
        new Header("vary", "Origin, X-Origin, Referer"),
        new Header("server", "scaffolding on HTTPServer2"));
  }

  @Override
  public String streamType() {
    return "text/event-stream";
  }

  @Override
  public Reply.Page failure(String requestId, Reply.Failure failure) {
    if (FINISH_REASONS.contains(failure.type())) {
      var json = finished(failure.type(), failure.message());
      return new Reply.Page(200, "application/json; charset=UTF-8", json.toString());
    }
    // Google has no 529: what Anthropic calls overloaded is unavailable here.
    var code = failure.status() == 529 ? 503 : failure.status();
    var error = error(code, failure.type(), failure.message());
    return new Reply.Page(code, "application/json; charset=UTF-8", error.toString());
  }

  @Override
  public int status(Delivery.Break error) {
    return STATUS_BY_TYPE.getOrDefault(error.type(), STATUS_ERROR);
  }

  @Override
  public Event broken(ApiCall call, int events, Delivery.Break error) {
    var json =
        FINISH_REASONS.contains(error.type())
            ? finished(error.type(), error.message())
            : error(status(error), error.type(), error.message());
    return SseEvent.unnamed(json.toString());
  }

  private static ObjectNode finished(String reason, String message) {
    var json = JsonNodeFactory.instance.objectNode();
    var candidate = json.putArray("candidates").addObject();
    candidate.putObject("content");
    candidate.put("finishReason", reason).put("finishMessage", message).put("index", 0);
    return json;
  }

  private ObjectNode error(int code, String type, String message) {
    var json = JsonNodeFactory.instance.objectNode();
    var error = json.putObject("error").put("code", code).put("message", message);
    var status = CODES.containsValue(type) ? type : CODES.getOrDefault(code, "UNKNOWN");
    error.put("status", status);
    if (status.equals("RESOURCE_EXHAUSTED")) {
      addQuota(error);
    }
    if (isReason(type)) {
      var info = error.putArray("details").addObject().put("@type", RPC + "ErrorInfo");
      info.put("reason", type).put("domain", "googleapis.com");
      info.putObject("metadata").put("service", service);
    }
    return json;
  }

  private void addQuota(ObjectNode error) {
    var details = error.putArray("details");
    details
        .addObject()
        .put("@type", RPC + "QuotaFailure")
        .putArray("violations")
        .addObject()
        .put("quotaMetric", service + "/generate_content_requests");
    details.addObject().put("@type", RPC + "RetryInfo").put("retryDelay", RETRY_DELAY);
  }

  private static boolean isReason(String type) {
    return isOwn(type) && !CODES.containsValue(type);
  }

  /// True for a word of Google's, a status or the reason of one: they are in capitals.
  public static boolean isOwn(String type) {
    return type.matches("[A-Z][A-Z_]+");
  }
}
