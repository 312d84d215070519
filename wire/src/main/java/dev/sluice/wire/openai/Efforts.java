package dev.sluice.wire.openai;

import dev.sluice.wire.conversation.Conversation.Reasoning;

/// How much a model is to think, in one word: OpenAI's languages have no budgets.
public final class Efforts {

  public static final String OFF = "off";

  /// As much as the model likes.
  public static final String ON = "on";

  private static final long LOW_TOKENS_MAX = 4096;
  private static final long MEDIUM_TOKENS_MAX = 16_384;

  private Efforts() {}

  /// [#OFF], [#ON], the client's word, or empty where the client does not say.
  public static String wanted(Reasoning reasoning) {
    var effort = reasoning.effort();
    return switch (reasoning.mode()) {
      case OFF -> OFF;
      case ON -> effort == null ? within(reasoning.budgetTokens()) : effort;
      case ADAPTIVE -> effort == null ? ON : effort;
      case UNSAID -> effort == null ? "" : effort;
    };
  }

  private static String within(long budgetTokens) {
    if (budgetTokens <= 0) {
      return ON;
    }
    if (budgetTokens <= LOW_TOKENS_MAX) {
      return "low";
    }
    return budgetTokens <= MEDIUM_TOKENS_MAX ? "medium" : "high";
  }
}
