package dev.sluice.wire.anthropic.message;

import dev.sluice.core.price.Tokens;
import dev.sluice.wire.anthropic.message.AnswerEncoder.Reply;
import dev.sluice.wire.json.WellFormed;
import dev.sluice.wire.translate.AnswerEvent.Begun;
import dev.sluice.wire.translate.AnswerEvent.Ended;
import dev.sluice.wire.translate.AnswerEvent.StopReason;
import dev.sluice.wire.translate.ToolNames;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The parts of an answer that a stream and a whole message have in common, each with its members
/// in Anthropic's order.
final class MessageJson {

  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final String ID_MARK = "msg_";
  private static final int ID_CHARS_MAX = 64;
  private static final ToolNames IDS = new ToolNames(ID_CHARS_MAX - ID_MARK.length());

  private MessageJson() {}

  /// A message without content yet.
  static ObjectNode message(Begun begun, Reply reply) {
    var message = JSON.createObjectNode();
    message.put("id", id(begun.id().isEmpty() ? reply.requestId() : begun.id()));
    message.put("type", "message").put("role", "assistant").put("model", reply.model());
    message.putArray("content");
    message.putNull("stop_reason").putNull("stop_sequence");
    return message;
  }

  private static String id(String id) {
    var own = id.startsWith(ID_MARK) ? id.substring(ID_MARK.length()) : id;
    return ID_MARK + IDS.fitting(own);
  }

  static ObjectNode stop(ObjectNode target, StopReason reason, @Nullable String sequence) {
    return target
        .put("stop_reason", name(reason))
        .put("stop_sequence", sequence == null ? null : WellFormed.text(sequence));
  }

  private static String name(StopReason reason) {
    return switch (reason) {
      case END_TURN -> "end_turn";
      case MAX_TOKENS -> "max_tokens";
      case STOP_SEQUENCE -> "stop_sequence";
      case TOOL_USE -> "tool_use";
      case PAUSE_TURN -> "pause_turn";
      case REFUSAL -> "refusal";
      case CONTEXT_FULL -> "model_context_window_exceeded";
    };
  }

  /// The usage of an answer that has ended.
  static ObjectNode usage(Ended ended, Tokens before) {
    var usage = usage(ended.tokens() == null ? Tokens.NONE : ended.tokens(), before);
    long thinking = thinking(ended.usage());
    if (thinking > 0) {
      usage.putObject("output_tokens_details").put("thinking_tokens", thinking);
    }
    return usage;
  }

  /// The tokens of thinking that a provider told, a part of the output; 0 where it told none.
  private static long thinking(@Nullable JsonNode told) {
    if (told == null) {
      return 0;
    }
    var gemini = told.path("thoughtsTokenCount");
    var chat = told.path("completion_tokens_details").path("reasoning_tokens");
    var response = told.path("output_tokens_details").path("reasoning_tokens");
    return Math.max(gemini.asLong(0), Math.max(chat.asLong(0), response.asLong(0)));
  }

  /// @param before what was told earlier; a split of cache writes that was told once is told again,
  ///   since the last number counts
  static ObjectNode usage(Tokens tokens, Tokens before) {
    var usage = JSON.createObjectNode();
    usage.put("input_tokens", tokens.input());
    usage.put("cache_creation_input_tokens", tokens.cacheWrite5m() + tokens.cacheWrite1h());
    usage.put("cache_read_input_tokens", tokens.cacheRead());
    if (tokens.cacheWrite1h() > 0 || before.cacheWrite1h() > 0) {
      usage
          .putObject("cache_creation")
          .put("ephemeral_5m_input_tokens", tokens.cacheWrite5m())
          .put("ephemeral_1h_input_tokens", tokens.cacheWrite1h());
    }
    usage.put("output_tokens", tokens.output());
    if (tokens.webSearches() > 0 || before.webSearches() > 0) {
      usage.putObject("server_tool_use").put("web_search_requests", tokens.webSearches());
    }
    return usage;
  }
}
