package dev.sluice.wire.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RequestShapeTest {

  private static RequestShape shape(String body) {
    var bytes = ("xx" + body + "x").getBytes(StandardCharsets.UTF_8);
    return RequestShape.of(bytes, 2, bytes.length - 3);
  }

  private static String message(String mark, String more) {
    return "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\""
        + mark
        + "}]}"
        + more
        + "]}";
  }

  private static String thought(String type) {
    return ",{\"role\":\"assistant\",\"content\":[{\"type\":\"" + type + "\"}]}";
  }

  @Test
  void features_are_fields_and_the_values_that_matter() {
    var body =
        """
        {"model": "m", "max_tokens": 5, "messages": [
          {"role": "user", "content": "thinking"},
          {"role": "system", "content": [], "output_config": {"effort": "low", "new": 1}}],
         "system": [{"type": "thinking"}], "metadata": {"user_id": "u"},
         "tools": [{"name": "a", "input_schema": {"type": "object"}}, {"type": "custom"}],
         "thinking": {"type": "enabled", "budget_tokens": 5, "display": null},
         "context_management": {"edits": [{"type": "t", "keep": {"type": "all"}}]},
         "output_config": {"effort": "high", "format": {"type": "json_schema"}}}
        """;
    assertThat(shape(body).features())
        .containsExactlyInAnyOrder(
            "model",
            "max_tokens",
            "messages",
            "messages.role=user",
            "messages.role=system",
            "messages.content",
            "messages.output_config",
            "messages.output_config.effort=low",
            "messages.output_config.new",
            "system",
            "metadata",
            "tools",
            "tools.name",
            "tools.input_schema",
            "tools.type=custom",
            "thinking",
            "thinking.type=enabled",
            "thinking.budget_tokens",
            "thinking.display=?",
            "context_management",
            "context_management.edits",
            "context_management.edits.type=t",
            "context_management.edits.keep",
            "output_config",
            "output_config.effort=high",
            "output_config.format");
  }

  @Test
  void what_is_written_with_escapes_is_the_same_field() {
    assertThat(shape("{\"th\\u0069nking\":{\"type\":\"ad\\u0061ptive\"}}").features())
        .containsExactlyInAnyOrder("thinking", "thinking.type=adaptive");
  }

  @Test
  void values_that_are_long_or_no_text_are_no_known_feature() {
    var longer = "a".repeat(65);
    assertThat(shape("{\"thinking\":{\"type\":\"" + longer + "\",\"display\":7}}").features())
        .containsExactlyInAnyOrder("thinking", "thinking.type=?", "thinking.display=?");
  }

  @Test
  void more_features_than_a_client_has_are_one_that_nobody_knows() {
    var many = new StringBuilder("{\"a\":1");
    for (int i = 0; i < 300; i++) {
      many.append(",\"f").append(i).append("\":1");
    }
    assertThat(shape(many + "}").features()).hasSize(201).contains("(more)");
  }

  @Test
  void thoughts_are_found_in_the_blocks_of_messages_only() {
    assertThat(shape(message("", "")).thoughts()).isFalse();
    assertThat(shape(message("", thought("tool_use"))).thoughts()).isFalse();
    assertThat(shape(message("", thought("thinking"))).thoughts()).isTrue();
    assertThat(shape(message("", thought("redacted_thinking"))).thoughts()).isTrue();
  }

  @Test
  void a_conversation_is_its_first_message_whatever_is_cached() {
    var first = shape(message("", "")).conversation();
    var marked = message(",\"cache_control\":{\"type\":\"ephemeral\"}", thought("text"));
    assertThat(shape(marked).conversation()).isEqualTo(first).hasSize(64);
    assertThat(shape(marked.replace("Hi", "Ho")).conversation()).isNotEqualTo(first);
    assertThat(shape("{\"messages\":[]}").conversation()).isEmpty();
    assertThat(shape("{\"messages\":\"Hi\"}").conversation()).isEmpty();
  }
}
