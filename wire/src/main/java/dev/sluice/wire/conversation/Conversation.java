package dev.sluice.wire.conversation;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// All that a client asks of a model.
///
/// @param model as the provider is to be asked for it
/// @param system what stands before all turns, in order
/// @param settings how the answer is to be made
/// @param answerSchema the JSON schema that the answer's text must match; null without one
/// @param untold names of members that no other language has; they change no answer's meaning
public record Conversation(
    String model,
    List<Block> system,
    List<Turn> turns,
    List<Tool> tools,
    ToolChoice toolChoice,
    Settings settings,
    Reasoning reasoning,
    @Nullable JsonNode answerSchema,
    boolean stream,
    List<String> untold) {

  public Conversation {
    system = List.copyOf(system);
    turns = List.copyOf(turns);
    tools = List.copyOf(tools);
    untold = List.copyOf(untold);
  }

  /// The same for another model.
  public Conversation of(String other) {
    return new Conversation(
        other, system, turns, tools, toolChoice, settings, reasoning, answerSchema, stream, untold);
  }

  /// The same with an answer of so many tokens at most.
  public Conversation within(long outputTokens) {
    return new Conversation(
        model,
        system,
        turns,
        tools,
        toolChoice,
        settings.within(outputTokens),
        reasoning,
        answerSchema,
        stream,
        untold);
  }

  /// How the answer is to be made; null, or empty, where the model's own way is wanted.
  ///
  /// @param maxTokens the most output tokens, thinking included
  /// @param stops texts that end the answer
  /// @param user who asks, in the client's words
  public record Settings(
      @Nullable Long maxTokens,
      @Nullable Double temperature,
      @Nullable Double topP,
      @Nullable Long topK,
      List<String> stops,
      @Nullable String user) {
    public Settings {
      stops = List.copyOf(stops);
    }

    Settings within(long outputTokens) {
      boolean fits = maxTokens != null && maxTokens <= outputTokens;
      return fits ? this : new Settings(outputTokens, temperature, topP, topK, stops, user);
    }
  }

  /// How much the model is to think.
  ///
  /// @param mode whether it thinks
  /// @param budgetTokens the most tokens of it; 0 without a budget
  /// @param effort `low`, `medium`, `high` or what else the client says; null without one
  public record Reasoning(Mode mode, long budgetTokens, @Nullable String effort) {

    public enum Mode {
      /// The client does not say.
      UNSAID,
      OFF,
      /// Within a budget.
      ON,
      /// As the model likes.
      ADAPTIVE
    }
  }
}
