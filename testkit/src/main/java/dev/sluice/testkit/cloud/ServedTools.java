package dev.sluice.testkit.cloud;

import dev.sluice.testkit.anthropic.rules.Betas;
import dev.sluice.testkit.anthropic.rules.RefusedException;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// The types of tools that Claude knows in a cloud. All others are refused with the list of those
/// that it knows, as both clouds were seen to do.
public final class ServedTools {

  private static final Set<String> ALWAYS =
      Set.of(
          "bash_20250124",
          "custom",
          "text_editor_20250124",
          "text_editor_20250429",
          "text_editor_20250728");

  private ServedTools() {}

  /// @param searchesWith the beta with which the cloud searches the web; empty where it never does
  public static void check(JsonNode body, Betas betas, String searchesWith) {
    if (body.has("mcp_servers")) {
      throw refusal("mcp_servers: Extra inputs are not permitted");
    }
    var known = known(betas, searchesWith);
    for (int i = 0; i < body.path("tools").size(); i++) {
      var type = body.path("tools").path(i).path("type");
      if (type.isString() && !known.contains(type.stringValue())) {
        throw refusal(
            ("tools.%d: Input tag '%s' found using 'type' does not match any of the expected tags:"
                    + " %s")
                .formatted(
                    i,
                    type.stringValue(),
                    known.stream().map(tag -> "'" + tag + "'").collect(Collectors.joining(", "))));
      }
    }
  }

  private static Set<String> known(Betas betas, String searchesWith) {
    var known = new TreeSet<>(ALWAYS);
    if (betas.has("context-management-2025-06-27")) {
      known.add("memory_20250818");
    }
    if (betas.has("computer-use-2025-01-24")) {
      known.add("computer_20250124");
    }
    if (betas.has("tool-search-tool-2025-10-19")) {
      known.addAll(Set.of("tool_search_tool_bm25_20251119", "tool_search_tool_regex_20251119"));
    }
    if (!searchesWith.isEmpty() && betas.has(searchesWith)) {
      known.add("web_search_20250305");
    }
    return known;
  }

  private static RefusedException refusal(String problem) {
    return new RefusedException(400, "invalid_request_error", problem);
  }
}
