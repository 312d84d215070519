package dev.sluice.testkit.script;

import dev.sluice.testkit.http.HttpRequest;
import tools.jackson.databind.JsonNode;

/// A valid call, as scripts choose by it.
///
/// @param body a missing node for calls without a body
public record ApiCall(String requestId, HttpRequest request, JsonNode body, WireFormat format) {

  public String path() {
    return request.path();
  }

  public String model() {
    return format.model(request, body);
  }

  public boolean streams() {
    return format.streams(request, body);
  }

  public boolean fromSubAgent() {
    return request.header("x-claude-code-agent-id").isPresent();
  }

  /// The tools that the request offers, by name.
  public boolean offers(String tool) {
    return format.tools(body).anyMatch(tool::equals);
  }

  /// All text that the user wrote, tool results included.
  public String userText() {
    return format.userText(body);
  }

  /// How many tool results the conversation holds so far.
  public long toolResults() {
    return format.toolResults(body);
  }
}
