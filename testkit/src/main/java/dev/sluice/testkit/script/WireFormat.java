package dev.sluice.testkit.script;

import dev.sluice.testkit.http.HttpRequest;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Where a provider's requests have what scripts choose by.
public interface WireFormat {

  String model(HttpRequest request, JsonNode body);

  boolean streams(HttpRequest request, JsonNode body);

  /// The names of the tools that the request offers.
  Stream<String> tools(JsonNode body);

  /// All text that the user wrote, tool results included.
  String userText(JsonNode body);

  long toolResults(JsonNode body);

  /// The JSON schema that the answer must have.
  Optional<JsonNode> schema(JsonNode body);
}
