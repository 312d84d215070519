package dev.sluice.wire.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CountQuestionTest {

  private static String asked(String body) {
    var bytes = ("##" + body + "##").getBytes(StandardCharsets.UTF_8);
    return new String(BodyEdit.question(bytes, 2, bytes.length - 4), StandardCharsets.UTF_8);
  }

  @Test
  void fields_of_the_prompt_are_kept_byte_by_byte_and_in_order() {
    var prompt =
        "\"model\": \"m\",\"messages\":[ {\"role\":\"user\",\"content\":\"\\u00e9 é 1.50e3\"} ],"
            + "\"system\":[],\"tools\":[{\"name\":\"a\",\"input_schema\":{\"stream\":1.0}}]";
    assertThat(asked("{" + prompt + "}")).isEqualTo("{" + prompt + "}");
  }

  @Test
  void what_tells_about_the_answer_is_left_out_wherever_it_stands() {
    assertThat(
            asked(
                " {\"max_tokens\":64000 , \"model\":\"m\",\"stream\":true,\"temperature\":1,"
                    + "\"metadata\":{\"user_id\":\"u\"}, \"thinking\":{\"type\":\"adaptive\"} ,"
                    + "\"tool_choice\":{\"type\":\"auto\"},\"stop_sequences\":[\"x\"],\"top_k\":3} "))
        .isEqualTo(
            "{\"model\":\"m\",\"thinking\":{\"type\":\"adaptive\"},"
                + "\"tool_choice\":{\"type\":\"auto\"}}");
  }

  @Test
  void a_key_is_compared_as_it_is_meant() {
    assertThat(asked("{\"max\\u005ftokens\":1,\"model\":\"m\"}")).isEqualTo("{\"model\":\"m\"}");
  }

  @Test
  void what_is_not_known_goes_along() {
    assertThat(asked("{\"context_management\":{\"edits\":[]},\"new_field\":[1,{}]}"))
        .isEqualTo("{\"context_management\":{\"edits\":[]},\"new_field\":[1,{}]}");
  }

  @Test
  void nothing_is_left_of_an_empty_body() {
    assertThat(asked("{}")).isEqualTo("{}");
    assertThat(asked("{\"stream\":true}")).isEqualTo("{}");
  }

  @Test
  void what_is_no_object_is_told() {
    assertThatThrownBy(() -> asked("[]")).isInstanceOf(MalformedBodyException.class);
    assertThatThrownBy(() -> asked("{} {}")).isInstanceOf(MalformedBodyException.class);
  }

  @Test
  void the_count_is_read_from_the_answer() {
    assertThat(
            tokens("{\"context_management\":{\"original_input_tokens\":9},\"input_tokens\": 42}"))
        .isEqualTo(42);
    assertThatThrownBy(() -> tokens("{\"output_tokens\":42}"))
        .hasMessageContaining("input_tokens: absent");
    assertThatThrownBy(() -> tokens("{\"input_tokens\":-1}"))
        .isInstanceOf(MalformedBodyException.class);
    assertThatThrownBy(() -> tokens("")).isInstanceOf(MalformedBodyException.class);
  }

  private static long tokens(String answer) {
    return BodyEdit.countedTokens(answer.getBytes(StandardCharsets.UTF_8));
  }
}
