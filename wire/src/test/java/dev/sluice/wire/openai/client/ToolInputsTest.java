package dev.sluice.wire.openai.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.json.Field;
import dev.sluice.wire.json.JsonBody;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.StringNode;

final class ToolInputsTest {

  private final ToolInputs inputs = new ToolInputs();

  private String read(String arguments) {
    return inputs.read(new Field("arguments", StringNode.valueOf(arguments))).toString();
  }

  @Test
  void what_is_no_object_is_kept_as_it_was_written() {
    assertThat(read("{\"a\":1.50}")).isEqualTo("{\"a\":1.50}");
    assertThat(read("{}{}")).isEqualTo("{\"INVALID_JSON\":\"{}{}\"}");
    assertThat(read("{} x")).isEqualTo("{\"INVALID_JSON\":\"{} x\"}");
    assertThat(read("[7]")).isEqualTo("{\"INVALID_JSON\":\"[7]\"}");
    assertThat(read(" ")).isEqualTo("{}");
  }

  @Test
  void an_input_beyond_the_limit_is_kept_as_a_text() {
    var written = "{\"a\":[" + "{},".repeat(JsonBody.TOKENS_MAX) + "{}]}";
    assertThat(read(written)).startsWith("{\"INVALID_JSON\":\"{\\\"a\\\":[{},{}");
  }

  @Test
  void all_calls_of_a_body_have_one_limit() {
    var call =
        """
        {"role":"assistant","tool_calls":[{"id":"c","type":"function",\
        "function":{"name":"f","arguments":"{\\"a\\":[%s1]}"}}]}"""
            .formatted("1,".repeat(JsonBody.TOKENS_MAX / 2));
    var body = "{\"model\":\"m\",\"messages\":[%s]}";
    var bytes =
        body.formatted(String.join(",", Collections.nCopies(2, call)))
            .getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> ChatReader.read(bytes, 0, bytes.length))
        .hasMessage(
            "messages.1.tool_calls.0.function.arguments: 1000012 JSON tokens up to here"
                + " (expected: at most 1000000 in all calls)");
  }
}
