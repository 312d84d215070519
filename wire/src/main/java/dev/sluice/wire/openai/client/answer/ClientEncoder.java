package dev.sluice.wire.openai.client.answer;

import dev.sluice.core.price.Tokens;
import dev.sluice.wire.translate.AnswerEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Writes one answer as a client of OpenAI reads it. Not thread-safe.
sealed interface ClientEncoder permits ChatStream, ChatWhole, ResponsesEncoder {

  JsonMapper JSON = JsonMapper.shared();

  /// What a client that waits for a call's arguments gets where the tool takes none.
  String NO_INPUT = "{}";

  /// The bytes to send now. After the end of the answer, or its failure, there are none.
  byte[] encode(List<AnswerEvent> events);

  /// The answer's name, with OpenAI's mark in the place of Anthropic's.
  static String id(String mark, String id) {
    return mark + (id.startsWith("msg_") ? id.substring("msg_".length()) : id);
  }

  static byte[] event(String name, JsonNode data) {
    var named = name.isEmpty() ? "" : "event: " + name + "\n";
    var text = named + "data: " + JSON.writeValueAsString(data) + "\n\n";
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// Tokens of thinking, where the answer tells them; they are a part of the output.
  static long thinkingTokens(@Nullable JsonNode usage) {
    return usage == null
        ? 0
        : usage.path("output_tokens_details").path("thinking_tokens").asLong(0);
  }

  /// What of the input was read from a cache, and written to one.
  static void cached(ObjectNode details, Tokens tokens) {
    details
        .put("cached_tokens", tokens.cacheRead())
        .put("cache_write_tokens", tokens.cacheWrite5m() + tokens.cacheWrite1h());
  }

  static Tokens tokens(AnswerEvent.Ended ended) {
    return ended.tokens() == null ? Tokens.NONE : ended.tokens();
  }
}
