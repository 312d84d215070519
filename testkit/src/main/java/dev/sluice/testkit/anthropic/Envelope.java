package dev.sluice.testkit.anthropic;

import dev.sluice.testkit.http.Header;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The frame of every answer: the headers all of them carry, and the shape of errors.
final class Envelope {

  private Envelope() {}

  static ObjectNode error(String type, String message, String requestId) {
    var json = JsonNodeFactory.instance.objectNode().put("type", "error");
    json.putObject("error").put("type", type).put("message", message);
    return json.put("request_id", requestId);
  }

  static byte[] bytes(JsonNode json) {
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  static List<Header> headers(String requestId, String contentType, List<Header> more) {
    var headers = new ArrayList<Header>();
    headers.add(new Header("content-type", contentType));
    headers.add(new Header("request-id", requestId));
    headers.add(new Header("anthropic-organization-id", "00000000-0000-4000-8000-000000000001"));
    // The provider's own limits, of its account: a gateway must not pass them on.
    headers.add(new Header("anthropic-ratelimit-requests-limit", "4000"));
    headers.add(new Header("anthropic-ratelimit-requests-remaining", "3999"));
    headers.add(new Header("anthropic-ratelimit-requests-reset", "2026-11-21T00:00:00Z"));
    headers.addAll(more);
    return headers;
  }
}
