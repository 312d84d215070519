package dev.sluice.testkit.openai.config;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// In which ways a compatible service differs from OpenAI's own.
///
/// @param keepAlive a comment before every event; empty for none
/// @param contextProblem with the model's tokens and the prompt's
public record Quirks(
    UsageReport usage,
    ReasoningPlace reasoning,
    ErrorShape errors,
    ToolIndex toolIndex,
    Set<Habit> habits,
    String keepAlive,
    String contextProblem) {

  /// Where a stream of chat chunks has its usage.
  public enum UsageReport {
    /// In a chunk without choices, if `stream_options.include_usage` asks for it.
    WHEN_ASKED,
    /// In the chunk with the finish reason, always.
    WITH_FINISH,
    /// In a chunk without choices, always.
    ALWAYS,
    /// In the member `x_groq` of the chunk with the finish reason.
    IN_X_GROQ,
    NEVER
  }

  /// Where chat shows what the model thought.
  public enum ReasoningPlace {
    /// Nowhere; it is only counted.
    HIDDEN,
    REASONING_CONTENT,
    REASONING,
    /// At the start of the text, between `<think>` and `</think>`.
    THINK_TAGS
  }

  public enum ErrorShape {
    /// `{"error":{"message":..,"type":..,"param":..,"code":..}}`
    OBJECT,
    /// `{"error":{"message":..,"code":429}}`
    NUMERIC_CODE,
    /// `{"error":".."}`
    TEXT,
    /// `{"detail":".."}`
    DETAIL,
    /// `{"detail":[{"type":..,"loc":[..],"msg":".."}]}`
    DETAILS,
    /// `{"message":".."}`
    MESSAGE,
    /// `{"message":..,"type":..,"param":..,"code":..}`
    BARE,
    /// `{"object":"error","message":..,"type":..,"param":..,"code":..}`
    NAMED,
    /// `{"code":"..","error":".."}`
    CODE_AND_TEXT,
    /// `{"base_resp":{"status_code":1002,"status_msg":".."}}`, with status 200
    BASE_RESPONSE
  }

  /// The `index` of tool calls in a stream.
  public enum ToolIndex {
    COUNTED,
    ZERO,
    MISSING
  }

  public enum Habit {
    /// A tool call comes in one chunk.
    WHOLE_TOOL_CALLS,
    /// The later fragments of a tool call repeat its id and name as empty strings.
    EMPTY_LATER_IDS,
    /// The later fragments of a tool call repeat its id, with an empty name.
    REPEATED_IDS,
    /// A stream's last chunk is the whole document, with the message that was told in parts.
    WHOLE_AT_END,
    /// `max_completion_tokens` is not known, `max_tokens` goes for all models.
    MAX_TOKENS_ONLY,
    /// Streams end without `data: [DONE]`.
    NO_DONE
  }

  /// None.
  public static final Quirks NONE =
      new Quirks(
          UsageReport.WHEN_ASKED,
          ReasoningPlace.HIDDEN,
          ErrorShape.OBJECT,
          ToolIndex.COUNTED,
          Set.of(),
          "",
          "This model's maximum context length is %d tokens. However, your messages resulted in %d"
              + " tokens. Please reduce the length of the messages.");

  public Quirks {
    habits = Set.copyOf(habits);
  }

  public boolean has(Habit habit) {
    return habits.contains(habit);
  }

  public Quirks with(Habit... more) {
    var all = EnumSet.noneOf(Habit.class);
    all.addAll(habits);
    all.addAll(List.of(more));
    return new Quirks(usage, reasoning, errors, toolIndex, all, keepAlive, contextProblem);
  }

  public Quirks withUsage(UsageReport value) {
    return new Quirks(value, reasoning, errors, toolIndex, habits, keepAlive, contextProblem);
  }

  public Quirks withReasoning(ReasoningPlace value) {
    return new Quirks(usage, value, errors, toolIndex, habits, keepAlive, contextProblem);
  }

  public Quirks withErrors(ErrorShape value) {
    return new Quirks(usage, reasoning, value, toolIndex, habits, keepAlive, contextProblem);
  }

  public Quirks withToolIndex(ToolIndex value) {
    return new Quirks(usage, reasoning, errors, value, habits, keepAlive, contextProblem);
  }

  public Quirks withKeepAlive(String comment) {
    return new Quirks(usage, reasoning, errors, toolIndex, habits, comment, contextProblem);
  }

  public Quirks withContextProblem(String format) {
    return new Quirks(usage, reasoning, errors, toolIndex, habits, keepAlive, format);
  }
}
