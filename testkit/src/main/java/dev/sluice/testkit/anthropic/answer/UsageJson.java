package dev.sluice.testkit.anthropic.answer;

import dev.sluice.testkit.billing.Usage;
import dev.sluice.testkit.script.UsagePlace;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The `usage` members of the events, wherever the script wants them.
final class UsageJson {

  private static final List<String> INPUT_CLASSES =
      List.of("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens");

  private UsageJson() {}

  /// @param first what is known before the first token
  /// @param last what the whole answer is billed
  static Optional<ObjectNode> ofStart(UsagePlace place, Usage first, Usage last) {
    return switch (place) {
      case BOTH, DELTA_NULLS -> Optional.of(full(first.plus(Usage.ofOutput(1))));
      case START -> Optional.of(full(last));
      case DELTA -> Optional.empty();
      case START_NULLS -> Optional.of(allNull());
      case START_ZEROS -> Optional.of(full(Usage.NONE));
    };
  }

  static Optional<ObjectNode> ofDelta(UsagePlace place, Usage last) {
    return switch (place) {
      case BOTH -> Optional.of(brief(last));
      case START -> Optional.empty();
      case DELTA, START_NULLS, START_ZEROS -> Optional.of(full(last));
      case DELTA_NULLS -> Optional.of(inputNull(brief(last)));
    };
  }

  static ObjectNode full(Usage usage) {
    var json = brief(usage);
    json.putObject("cache_creation")
        .put("ephemeral_5m_input_tokens", usage.cacheWrite5m())
        .put("ephemeral_1h_input_tokens", usage.cacheWrite1h());
    return json.put("service_tier", "standard").put("inference_geo", "not_available");
  }

  private static ObjectNode brief(Usage usage) {
    var json =
        JsonNodeFactory.instance
            .objectNode()
            .put("input_tokens", usage.input())
            .put("cache_creation_input_tokens", usage.cacheWrites())
            .put("cache_read_input_tokens", usage.cacheRead())
            .put("output_tokens", usage.output());
    if (usage.webSearches() > 0) {
      json.putObject("server_tool_use").put("web_search_requests", usage.webSearches());
    }
    return json;
  }

  private static ObjectNode inputNull(ObjectNode json) {
    INPUT_CLASSES.forEach(json::putNull);
    return json;
  }

  private static ObjectNode allNull() {
    var json = inputNull(JsonNodeFactory.instance.objectNode());
    return json.putNull("cache_creation").putNull("output_tokens").putNull("server_tool_use");
  }
}
