package dev.sluice.testkit.mcp;

import dev.sluice.testkit.http.HttpRequest;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// A message as a simulated server received it.
public record Received(HttpRequest http, JsonNode message) {

  public String method() {
    return message.path("method").stringValue("");
  }

  public Optional<String> header(String name) {
    return http.header(name);
  }
}
