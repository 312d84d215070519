package dev.sluice.wire.gemini;

import dev.sluice.wire.conversation.Conversation.Reasoning;
import dev.sluice.wire.conversation.Conversation.Reasoning.Mode;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// How a model is told to think: within a budget, or from the third generation on at a level.
///
/// @param budget of tokens, -1 for as many as the model likes; null where it is told a level or
///   nothing
/// @param level null where it is told a budget or nothing
/// @param shown whether the answer is to have summaries of the thoughts
record Thinking(@Nullable Long budget, @Nullable String level, boolean shown) {

  private static final long DYNAMIC = -1;
  private static final long PRO_BUDGET_MIN = 128;
  private static final long PRO_BUDGET_MAX = 32_768;
  private static final long FLASH_BUDGET_MAX = 24_576;

  /// Budgets of other languages up to which a level is meant.
  private static final long LOW_BUDGET_MAX = 4_096;

  private static final long MEDIUM_BUDGET_MAX = 16_384;

  static Thinking of(Reasoning reasoning, String model, Set<String> untold) {
    var mode = reasoning.mode();
    boolean on = mode == Mode.ON || mode == Mode.ADAPTIVE;
    return switch (Generation.of(model)) {
      case BEFORE_THINKING -> {
        if (on || reasoning.effort() != null) {
          untold.add("thinking");
        }
        yield new Thinking(null, null, false);
      }
      case BUDGETS -> new Thinking(budget(reasoning, model.contains("-pro"), untold), null, on);
      case LEVELS -> new Thinking(null, level(reasoning, model.contains("-pro"), untold), on);
    };
  }

  private static @Nullable Long budget(Reasoning reasoning, boolean pro, Set<String> untold) {
    return switch (reasoning.mode()) {
      case UNSAID -> {
        if (reasoning.effort() != null) {
          untold.add("output_config.effort");
        }
        yield null;
      }
      case OFF -> {
        if (pro) {
          untold.add("thinking.type"); // It always thinks, and with this much the least.
        }
        yield pro ? PRO_BUDGET_MIN : 0;
      }
      case ON -> {
        long most = pro ? PRO_BUDGET_MAX : FLASH_BUDGET_MAX;
        long least = pro ? PRO_BUDGET_MIN : 0;
        long told = Math.clamp(reasoning.budgetTokens(), least, most);
        if (told != reasoning.budgetTokens()) {
          untold.add("thinking.budget_tokens");
        }
        yield told;
      }
      case ADAPTIVE ->
          switch (reasoning.effort()) {
            case "low" -> LOW_BUDGET_MAX;
            case "medium" -> MEDIUM_BUDGET_MAX;
            case null, default -> DYNAMIC;
          };
    };
  }

  private static @Nullable String level(Reasoning reasoning, boolean pro, Set<String> untold) {
    if (reasoning.mode() == Mode.OFF) {
      untold.add("thinking.type"); // It can be told to think the least.
      return pro ? "LOW" : "MINIMAL";
    }
    long budget = reasoning.budgetTokens();
    return switch (reasoning.effort()) {
      case "low" -> "LOW";
      case "medium" -> pro ? "HIGH" : "MEDIUM"; // Not every pro model knows the one between.
      case String _ -> "HIGH";
      case null -> {
        if (reasoning.mode() != Mode.ON) {
          yield null;
        }
        boolean medium = budget > LOW_BUDGET_MAX && budget <= MEDIUM_BUDGET_MAX && !pro;
        yield medium ? "MEDIUM" : budget <= LOW_BUDGET_MAX ? "LOW" : "HIGH";
      }
    };
  }

  boolean said() {
    return budget != null || level != null || shown;
  }

  void write(JsonGenerator json) {
    json.writeObjectPropertyStart("thinkingConfig");
    if (shown) {
      json.writeBooleanProperty("includeThoughts", true);
    }
    if (budget != null) {
      json.writeNumberProperty("thinkingBudget", budget);
    }
    if (level != null) {
      json.writeStringProperty("thinkingLevel", level);
    }
    json.writeEndObject();
  }
}
