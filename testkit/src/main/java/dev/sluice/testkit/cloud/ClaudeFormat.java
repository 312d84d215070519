package dev.sluice.testkit.cloud;

import dev.sluice.testkit.anthropic.MessagesFormat;
import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.script.WireFormat;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// A messages body whose call says in its path whether it streams.
public record ClaudeFormat(boolean streaming) implements WireFormat {

  private static final MessagesFormat MESSAGES = new MessagesFormat();

  @Override
  public String model(HttpRequest request, JsonNode body) {
    return MESSAGES.model(request, body);
  }

  @Override
  public boolean streams(HttpRequest request, JsonNode body) {
    return streaming;
  }

  @Override
  public Stream<String> tools(JsonNode body) {
    return MESSAGES.tools(body);
  }

  @Override
  public String userText(JsonNode body) {
    return MESSAGES.userText(body);
  }

  @Override
  public long toolResults(JsonNode body) {
    return MESSAGES.toolResults(body);
  }

  @Override
  public Optional<JsonNode> schema(JsonNode body) {
    return MESSAGES.schema(body);
  }
}
