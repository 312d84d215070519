package dev.sluice.operator.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.listing.VisibleText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Definitions that wait for somebody's approval since a moment ago, to be told as events.
final class ToolNews {

  private static final int TOLD_MAX = 5;

  /// States that somebody can do something about, with what is said of them.
  private static final Map<String, String> SENTENCES =
      Map.of(
          "Changed", "hidden, since their definitions have changed",
          "New", "hidden, since the first list did not have them",
          "NotApproved", "hidden, since nobody has approved them");

  private ToolNews() {}

  /// One for each state, in the order of their names.
  ///
  /// @param before the status that was told last; null where none was
  static List<Verdict> between(@Nullable JsonNode before, JsonNode now) {
    var known = new HashMap<List<String>, String>();
    if (before != null) {
      before.path("tools").forEach(tool -> known.put(definition(tool), state(tool)));
    }
    var news = new ArrayList<Verdict>();
    for (var state : SENTENCES.keySet().stream().sorted().toList()) {
      var tools = new ArrayList<JsonNode>();
      for (var tool : now.path("tools")) {
        if (state(tool).equals(state) && !state.equals(known.get(definition(tool)))) {
          tools.add(tool);
        }
      }
      if (!tools.isEmpty()) {
        news.add(Verdict.no("Tool" + state, sentence(state, tools)));
      }
    }
    return news;
  }

  private static String sentence(String state, List<JsonNode> tools) {
    var told = tools.stream().limit(TOLD_MAX).map(ToolNews::words);
    var more = tools.size() > TOLD_MAX ? "; and " + (tools.size() - TOLD_MAX) + " more" : "";
    return told.collect(Collectors.joining(", ", "tools are " + SENTENCES.get(state) + ": ", more))
        + " (expected: these digests in spec.approvedDigests)";
  }

  private static String words(JsonNode tool) {
    return VisibleText.line(tool.path("name").asText()) + " " + tool.path("digest").asText();
  }

  private static List<String> definition(JsonNode tool) {
    return List.of(tool.path("name").asText(), tool.path("digest").asText());
  }

  private static String state(JsonNode tool) {
    return tool.path("state").asText();
  }
}
