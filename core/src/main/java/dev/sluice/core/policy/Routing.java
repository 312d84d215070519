package dev.sluice.core.policy;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which models serve what a key asks for, beyond the name that is asked, and which come next where
/// one fails. Targets are model names or `provider/model`.
///
/// @param rules the first that matches names the model
/// @param tiers in place of Claude Code's tiers, where no rule matches; the key's own win over its
///   teams'
/// @param fallbacks in this order, where the model that was chosen fails
/// @param simplicity what is simple for the key
public record Routing(
    List<Rule> rules, Map<Tier, String> tiers, List<String> fallbacks, Simplicity simplicity) {

  public static final Routing NONE =
      new Routing(List.of(), Map.of(), List.of(), Simplicity.STANDARD);

  public Routing {
    rules = List.copyOf(rules);
    var sorted = new EnumMap<Tier, String>(Tier.class);
    sorted.putAll(tiers);
    tiers = java.util.Collections.unmodifiableMap(sorted);
    fallbacks = List.copyOf(fallbacks);
  }

  /// What names the model of the requests that match.
  public record Rule(Match match, String to) {}

  /// What a request must be like; what is null is not looked at.
  ///
  /// @param models of the name that is asked, once its alias is resolved
  /// @param headers names in lower case, and the values that they must have; one glob for each
  /// @param thinking whether it asks for thinking
  /// @param bytesMin of the body
  /// @param bytesMax of the body
  /// @param sessions of the session's id
  /// @param agentTypes of the agent's type, which Claude Code tells with its hint headers on
  /// @param requestClasses of the request's class, which it tells likewise
  /// @param toolsMin of the tools that the request lists
  /// @param toolsMax of the tools that the request lists
  public record Match(
      @Nullable Globs models,
      @Nullable Tier tier,
      Map<String, Globs> headers,
      @Nullable Boolean thinking,
      @Nullable Long bytesMin,
      @Nullable Long bytesMax,
      @Nullable Globs sessions,
      @Nullable Globs agentTypes,
      @Nullable Globs requestClasses,
      @Nullable Long toolsMin,
      @Nullable Long toolsMax,
      @Nullable Complexity complexity) {
    public Match {
      headers = Map.copyOf(headers);
    }
  }

  /// How much a request asks of a model, as far as its outside tells.
  public enum Complexity {
    SIMPLE,
    COMPLEX
  }

  /// What makes a request simple; every other one is complex.
  ///
  /// @param bytesMax of the body
  /// @param toolsMax that it lists
  /// @param thinking whether one that asks for thinking can be simple
  /// @param requestClasses that are simple, whatever else they are
  /// @param agentTypes whose requests are simple, whatever else they are
  public record Simplicity(
      long bytesMax, long toolsMax, boolean thinking, Globs requestClasses, Globs agentTypes) {

    public static final Simplicity STANDARD =
        new Simplicity(32_768, 4, false, new Globs(List.of("auxiliary")), new Globs(List.of()));
  }

  /// Claude Code's tiers; a model is of the one that its name has.
  public enum Tier {
    OPUS,
    SONNET,
    HAIKU;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// Null for a model of none.
    public static @Nullable Tier of(String model) {
      for (var tier : values()) {
        if (model.contains(tier.word())) {
          return tier;
        }
      }
      return null;
    }
  }
}
