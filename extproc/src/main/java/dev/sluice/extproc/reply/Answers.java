package dev.sluice.extproc.reply;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/// Answers that are no refusals.
public final class Answers {

  static final Header JSON = new Header("content-type", "application/json");
  static final String REQUEST_ID = "request-id";

  private static final byte[] NO_BODY = new byte[0];

  private Answers() {}

  /// To a client that looks whether anybody is there.
  public static Answer probed(String requestId) {
    return new Answer(200, List.of(new Header(REQUEST_ID, requestId)), NO_BODY, "sluice_probe");
  }

  public static Answer json(String requestId, Consumer<ObjectNode> content) {
    var headers = List.of(JSON, new Header(REQUEST_ID, requestId));
    return new Answer(200, headers, Json.object(content), "sluice_local");
  }

  /// What a provider said instead of an answer, in the client's words.
  public static Answer failed(int status, byte[] body) {
    return new Answer(status, List.of(JSON), body, "");
  }

  /// An error in Anthropic's envelope.
  public static Answer error(String requestId, ErrorText error, List<Header> more, String details) {
    var headers = new ArrayList<Header>(more.size() + 2);
    headers.add(JSON);
    headers.add(new Header(REQUEST_ID, requestId));
    headers.addAll(more);
    var body =
        Json.object(
            root -> {
              root.put("type", "error");
              root.putObject("error").put("type", error.type()).put("message", error.message());
              root.put("request_id", requestId);
            });
    return new Answer(error.status(), headers, body, details);
  }

  /// The status of an error, its type in the envelope, and its sentence.
  public record ErrorText(int status, String type, String message) {}
}
