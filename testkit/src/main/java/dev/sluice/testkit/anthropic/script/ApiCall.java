package dev.sluice.testkit.anthropic.script;

import dev.sluice.testkit.anthropic.rules.Betas;
import dev.sluice.testkit.http.HttpRequest;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/// A valid call, as scripts choose by it.
///
/// @param body a missing node for calls without a body
public record ApiCall(String requestId, HttpRequest request, Betas betas, JsonNode body) {

  public String path() {
    return request.path();
  }

  public String model() {
    return body.path("model").asString("");
  }

  public boolean streams() {
    return body.path("stream").asBoolean(false);
  }

  public boolean fromSubAgent() {
    return request.header("x-claude-code-agent-id").isPresent();
  }

  /// The tools that the request offers, by name.
  public boolean offers(String tool) {
    return StreamSupport.stream(body.path("tools").spliterator(), false)
        .anyMatch(offered -> offered.path("name").asString("").equals(tool));
  }

  /// All text that the user wrote, tool results included.
  public String userText() {
    return StreamSupport.stream(body.path("messages").spliterator(), false)
        .filter(message -> message.path("role").asString("").equals("user"))
        .map(message -> text(message.path("content")))
        .collect(Collectors.joining("\n"));
  }

  /// How many tool results the conversation holds so far.
  public long toolResults() {
    return StreamSupport.stream(body.path("messages").spliterator(), false)
        .flatMap(message -> StreamSupport.stream(message.path("content").spliterator(), false))
        .filter(block -> block.path("type").asString("").equals("tool_result"))
        .count();
  }

  private static String text(JsonNode content) {
    if (content.isString()) {
      return content.stringValue();
    }
    return StreamSupport.stream(content.spliterator(), false)
        .map(block -> block.path("text").asString("") + text(block.path("content")))
        .collect(Collectors.joining("\n"));
  }
}
