package dev.sluice.testkit.bedrock;

import dev.sluice.testkit.answer.Event;
import dev.sluice.testkit.aws.EventFrame;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.provider.Envelope;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Delivery;
import dev.sluice.testkit.script.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The frame of Bedrock's answers.
record BedrockEnvelope() implements Envelope {

  private static final String EXCEPTION = "Exception";
  private static final String STREAM_ERROR = "ModelStreamErrorException";
  private static final int STATUS_ERROR = 500;

  /// The words of scripts, which are Anthropic's, and Bedrock's own.
  private static final Map<String, Integer> STATUS_BY_TYPE =
      Map.ofEntries(
          Map.entry("invalid_request_error", 400),
          Map.entry("permission_error", 403),
          Map.entry("not_found_error", 404),
          Map.entry("timeout_error", 408),
          Map.entry("rate_limit_error", 429),
          Map.entry("overloaded_error", 503),
          Map.entry("ValidationException", 400),
          Map.entry("ModelTimeoutException", 408),
          Map.entry("ModelErrorException", 424),
          Map.entry(STREAM_ERROR, 424),
          Map.entry("ModelNotReadyException", 429),
          Map.entry("ThrottlingException", 429),
          Map.entry("ServiceUnavailableException", 503));

  private static final Map<Integer, String> TYPE_BY_STATUS =
      Map.of(
          400, "ValidationException",
          403, "AccessDeniedException",
          404, "ResourceNotFoundException",
          408, "ModelTimeoutException",
          413, "RequestEntityTooLargeException",
          424, "ModelErrorException",
          429, "ThrottlingException",
          503, "ServiceUnavailableException",
          529, "ServiceUnavailableException");

  @Override
  public List<Header> headers(String requestId, String contentType) {
    return List.of(
        new Header("content-type", contentType), new Header("x-amzn-requestid", requestId));
  }

  @Override
  public String streamType() {
    return "application/vnd.amazon.eventstream";
  }

  @Override
  public Reply.Page failure(String requestId, Reply.Failure failure) {
    // Bedrock has no 529: what Anthropic calls overloaded is unavailable here.
    var status = failure.status() == 529 ? 503 : failure.status();
    var body = body(type(failure), failure.message());
    return new Reply.Page(status, "application/json", body.toString());
  }

  @Override
  public int status(Delivery.Break error) {
    return STATUS_BY_TYPE.getOrDefault(capital(error.type()), STATUS_ERROR);
  }

  @Override
  public Event broken(ApiCall call, int events, Delivery.Break error) {
    var type = type(new Reply.Failure(status(error), capital(error.type()), error.message()));
    var name = Character.toLowerCase(type.charAt(0)) + type.substring(1);
    var json = body(type, error.message()).toString();
    return EventFrame.exception(name, json.getBytes(StandardCharsets.UTF_8));
  }

  /// What `x-amzn-errortype` has of a failure: the type, and behind a colon where it is defined.
  static Header errorType(Reply.Failure failure) {
    return new Header(
        "x-amzn-errortype",
        type(failure) + ":http://internal.amazon.com/coral/com.amazon.bedrock/");
  }

  private static String type(Reply.Failure failure) {
    return failure.type().endsWith(EXCEPTION)
        ? failure.type()
        : TYPE_BY_STATUS.getOrDefault(failure.status(), "InternalServerException");
  }

  private static String capital(String type) {
    return type.endsWith(EXCEPTION)
        ? Character.toUpperCase(type.charAt(0)) + type.substring(1)
        : type;
  }

  private static ObjectNode body(String type, String message) {
    // What IAM denies is written by another layer than all else, with a capital letter.
    var byIam = type.equals("AccessDeniedException") && message.startsWith("User: ");
    var json = JsonNodeFactory.instance.objectNode().put(byIam ? "Message" : "message", message);
    return type.equals(STREAM_ERROR)
        ? json.put("originalMessage", message).put("originalStatusCode", STATUS_ERROR)
        : json;
  }
}
