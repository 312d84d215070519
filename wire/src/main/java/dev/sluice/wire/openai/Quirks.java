package dev.sluice.wire.openai;

import dev.sluice.core.policy.Globs;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// What one service takes of the language, and where its words differ.
///
/// @param tokensMax the member for the most output tokens
/// @param systemRole the role of instructions
/// @param reasoning how thinking is told, and told again in later turns
/// @param efforts the service's words for `low`, `medium`, `high`, `xhigh`, `max`, and `off`
/// @param takes all else that it takes
/// @param toolNameCharsMax of a tool's name
/// @param callIdCharsMax of a call's id; fewer than 16 ask for exactly so many letters and digits
/// @param stopsMax how many texts can end the answer
/// @param schemaKeywordsDropped what is refused in a tool's schema
/// @param models which models take less; the first that matches counts
public record Quirks(
    TokensMax tokensMax,
    SystemRole systemRole,
    Reasoning reasoning,
    SortedMap<String, String> efforts,
    Set<Feature> takes,
    int toolNameCharsMax,
    int callIdCharsMax,
    int stopsMax,
    Set<String> schemaKeywordsDropped,
    List<Models> models) {

  public Quirks {
    efforts = Collections.unmodifiableSortedMap(new TreeMap<>(efforts));
    takes = Collections.unmodifiableSet(copy(takes));
    schemaKeywordsDropped = Collections.unmodifiableSet(new TreeSet<>(schemaKeywordsDropped));
    models = List.copyOf(models);
    if (toolNameCharsMax < 16 || callIdCharsMax < 8 || callIdCharsMax > 64 || stopsMax < 0) {
      throw new IllegalArgumentException(
          "limits: toolNameCharsMax %d, callIdCharsMax %d, stopsMax %d (expected: 16.., 8..64, 0..)"
              .formatted(toolNameCharsMax, callIdCharsMax, stopsMax));
    }
  }

  /// Of a service that nothing is known of: what nearly all of them take.
  public static final Quirks CAUTIOUS =
      new Quirks(
          TokensMax.MAX_TOKENS,
          SystemRole.SYSTEM,
          Reasoning.REASONING_CONTENT,
          new TreeMap<>(),
          EnumSet.of(
              Feature.IMAGES,
              Feature.STREAM_USAGE,
              Feature.TEMPERATURE,
              Feature.TOOL_CHOICE_NAMED,
              Feature.TOOL_CHOICE_REQUIRED,
              Feature.TOP_P,
              Feature.USER_AFTER_TOOL),
          64,
          40,
          4,
          Set.of(),
          List.of());

  /// Where the most output tokens are said.
  public enum TokensMax {
    MAX_TOKENS,
    MAX_COMPLETION_TOKENS
  }

  public enum SystemRole {
    SYSTEM,
    DEVELOPER
  }

  /// Where thinking is.
  public enum Reasoning {
    NONE,
    /// In `reasoning_content`.
    REASONING_CONTENT,
    /// In `reasoning`.
    REASONING,
    /// At the start of the text, between `<think>` and `</think>`.
    THINK_TAGS
  }

  /// What a service may or may not take.
  public enum Feature {
    /// `stream_options.include_usage`.
    STREAM_USAGE,
    IMAGES,
    /// PDF documents, as a part of type `file`.
    DOCUMENTS,
    /// Images in the message of a tool.
    TOOL_IMAGES,
    /// `strict` of a tool.
    STRICT,
    PARALLEL_TOOL_CALLS,
    /// `response_format` of type `json_schema`.
    JSON_SCHEMA,
    TOOL_CHOICE_REQUIRED,
    /// `tool_choice` that names a tool.
    TOOL_CHOICE_NAMED,
    /// Instructions after the first message.
    SYSTEM_ANYWHERE,
    /// A user's message right after one of a tool.
    USER_AFTER_TOOL,
    TEMPERATURE,
    TOP_P,
    TOP_K,
    /// `cache_control` on a text.
    CACHE_MARKS,
    /// `reasoning_effort`.
    EFFORT,
    /// An effort that is not `off`, beside tools.
    EFFORT_WITH_TOOLS,
    /// `reasoning: {effort}`.
    REASONING_EFFORT,
    /// `thinking: {type: enabled|disabled}`.
    THINKING_TYPE,
    /// `enable_thinking: true|false`.
    ENABLE_THINKING,
    /// Thinking is told again in later turns, and always beside calls of tools.
    REASONING_BACK,
    /// The tool `web_search` of `/responses`.
    WEB_SEARCH
  }

  /// What models of certain names do not take.
  ///
  /// @param efforts in the place of the service's; empty for the same
  public record Models(
      List<String> match, Set<Feature> without, int stopsMax, SortedMap<String, String> efforts) {
    public Models {
      match = List.copyOf(match);
      without = Collections.unmodifiableSet(copy(without));
      efforts = Collections.unmodifiableSortedMap(new TreeMap<>(efforts));
    }
  }

  public boolean takes(Feature feature) {
    return takes.contains(feature);
  }

  /// The same for one model.
  public Quirks of(String model) {
    for (var rule : models) {
      if (new Globs(rule.match()).matches(model)) {
        var left = copy(takes);
        left.removeAll(rule.without());
        return new Quirks(
            tokensMax,
            systemRole,
            reasoning,
            rule.efforts().isEmpty() ? efforts : rule.efforts(),
            left,
            toolNameCharsMax,
            callIdCharsMax,
            Math.min(stopsMax, rule.stopsMax()),
            schemaKeywordsDropped,
            List.of());
      }
    }
    return this;
  }

  private static Set<Feature> copy(Set<Feature> features) {
    var copy = EnumSet.noneOf(Feature.class);
    copy.addAll(features);
    return copy;
  }
}
