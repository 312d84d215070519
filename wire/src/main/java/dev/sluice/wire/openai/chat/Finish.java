package dev.sluice.wire.openai.chat;

import dev.sluice.wire.translate.AnswerEvent.StopReason;
import dev.sluice.wire.translate.ProviderError;
import dev.sluice.wire.translate.ProviderError.Kind;
import org.jspecify.annotations.Nullable;

/// What the `finish_reason` of OpenAI and of others means.
final class Finish {

  private Finish() {}

  /// Null where the answer ended as it should.
  static @Nullable ProviderError failure(String finish) {
    return switch (finish) {
      case "insufficient_system_resource" -> error(Kind.OVERLOADED, finish);
      case "error", "network_error", "abort" -> error(Kind.SERVER, finish);
      default -> null;
    };
  }

  private static ProviderError error(Kind kind, String finish) {
    return new ProviderError(kind, "finish_reason: " + finish);
  }

  /// @param calls whether any tool was called: some say `stop` then
  static StopReason reason(String finish, boolean calls, @Nullable String sequence) {
    return switch (finish) {
      case "length", "max_tokens" -> StopReason.MAX_TOKENS;
      case "content_filter", "sensitive", "refusal" -> StopReason.REFUSAL;
      case "model_length", "model_context_window_exceeded" -> StopReason.CONTEXT_FULL;
      default -> {
        if (calls) {
          yield StopReason.TOOL_USE;
        }
        yield sequence == null ? StopReason.END_TURN : StopReason.STOP_SEQUENCE;
      }
    };
  }
}
