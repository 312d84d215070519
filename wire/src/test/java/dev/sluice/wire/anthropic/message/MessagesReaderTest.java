package dev.sluice.wire.anthropic.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.conversation.Turn;
import dev.sluice.wire.translate.UntranslatableException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MessagesReaderTest {

  private static Conversation read(byte[] body) {
    return MessagesReader.read(body, 0, body.length);
  }

  private static Conversation read(String body) {
    return read(body.getBytes(StandardCharsets.UTF_8));
  }

  private static Conversation withMember(String member) {
    return read(
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]," + member + "}");
  }

  private static Conversation withBlock(String block) {
    return read("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[" + block + "]}]}");
  }

  static Stream<Path> inputs() {
    return Golden.inputs("read").stream();
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void reads_as_the_golden_file(Path input) {
    Golden.check(Golden.beside(input, ".txt"), Shown.of(read(Golden.bytes(input))));
  }

  /// The long ones have no kind of block that the others lack.
  static Stream<RecordedTraffic.Request> recorded() {
    return RecordedTraffic.requests().stream()
        .filter(request -> request.http().method().equals("POST"))
        .filter(request -> !request.name().startsWith("03") && !request.name().contains("-long-"));
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void reads_what_claude_code_sends(RecordedTraffic.Request request) {
    var body = request.http().body();
    Golden.check("recorded/" + request.name() + ".txt", Shown.of(read(body)));
  }

  @Test
  void reads_a_full_context_with_all_its_turns() {
    var read = read(RecordedTraffic.request("08-long-950k-2.1.329").http().body());
    var kinds = new TreeMap<String, Integer>();
    read.turns().stream()
        .flatMap(turn -> turn.blocks().stream())
        .forEach(block -> kinds.merge(block.getClass().getSimpleName(), 1, Integer::sum));
    assertThat(read.turns()).hasSize(82);
    assertThat(kinds)
        .isEqualTo(Map.of("Text", 43, "Thinking", 40, "ToolUse", 40, "ToolResult", 40));
    assertThat(read.turns().get(1).role()).isEqualTo(Turn.Role.SYSTEM);
  }

  @Test
  void reads_from_the_middle_of_an_array() {
    var body = "xx{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"\\ud800\"}]}yy";
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    var read = MessagesReader.read(bytes, 2, bytes.length - 4);
    assertThat(read.turns())
        .containsExactly(new Turn(Turn.Role.USER, List.of(new Block.Text("\uFFFD", null))));
  }

  @Test
  void equal_bodies_are_equal_conversations() {
    var body = RecordedTraffic.request("02-tool-turn-p-2.1.329").http().body();
    assertThat(read(body)).isEqualTo(read(body.clone()));
  }

  @Test
  void refuses_safeguards_by_name_so_that_the_client_goes_on_without() {
    var body = RecordedTraffic.request("03-first-turn-tui-2.1.329").http().body();
    assertThatThrownBy(() -> read(body))
        .isInstanceOf(UntranslatableException.class)
        .hasMessageContaining("safeguards");
  }

  @Test
  void refuses_servers_whose_tools_the_provider_calls() {
    assertThatThrownBy(() -> withMember("\"mcp_servers\":[{\"url\":\"https://example.com\"}]"))
        .isInstanceOf(UntranslatableException.class)
        .hasMessageContaining("mcp_servers");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          "system":7                          | system: 7                                 | a string or an array of blocks
          "system":[{"type":"text"}]          | system.0.text: absent                     | a string
          "tools":{}                          | tools: an object                          | an array
          "tools":[{"input_schema":{}}]       | tools.0.name: absent                      | a string
          "tools":[{"name":"a"}]              | tools.0.input_schema: absent              | an object
          "tools":[{"type":1}]                | tools.0.type: 1                           | a string
          "tools":[{"name":"a","input_schema":{},"strict":"x"}] | tools.0.strict: "x"     | true or false
          "tool_choice":{"type":"some"}       | tool_choice.type: "some"                  | auto, any, tool or none
          "tool_choice":{"type":"tool"}       | tool_choice.name: absent                  | a string
          "metadata":"me"                     | metadata: "me"                            | an object
          "metadata":{"user_id":1}            | metadata.user_id: 1                       | a string
          "max_tokens":0                      | max_tokens: 0                             | a whole number from 1
          "max_tokens":1.5                    | max_tokens: 1.5                           | a whole number from 1
          "max_tokens":99999999999999999999   | max_tokens: 99999999999999999999          | a whole number from 1
          "temperature":"hot"                 | temperature: "hot"                        | a number
          "temperature":1e999                 | temperature: 1E+999                       | a number
          "top_k":-1                          | top_k: -1                                 | a whole number from 0
          "stop_sequences":"END"              | stop_sequences: "END"                     | an array
          "stop_sequences":[1]                | stop_sequences.0: 1                       | a string
          "stream":1                          | stream: 1                                 | true or false
          "thinking":{"type":"some"}          | thinking.type: "some"                     | enabled, adaptive or disabled
          "thinking":[]                       | thinking: an array                        | an object
          "output_config":1                   | output_config: 1                          | an object
          "output_config":{"effort":1}        | output_config.effort: 1                   | a string
          "output_config":{"format":{"type":"xml"}} | output_config.format.type: "xml"    | json_schema
          "output_format":{"type":"json_schema"} | output_format.schema: absent           | an object
          """)
  void names_a_member_that_is_not_what_it_must_be(String member, String value, String expected) {
    assertThatThrownBy(() -> withMember(member))
        .isInstanceOfSatisfying(
            MalformedBodyException.class,
            e -> {
              assertThat(e.value()).isEqualTo(value);
              assertThat(e.expected()).isEqualTo(expected);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          7 | messages.0.content.0: 7 | an object
          {} | messages.0.content.0.type: absent | a string
          {"type":""}                             | messages.0.content.0.type: ""              | a string that is not empty
          {"type":"text"}                         | messages.0.content.0.text: absent          | a string
          {"type":"image"}                        | messages.0.content.0.source: absent        | an object
          {"type":"image","source":{"type":"base64"}} | messages.0.content.0.source.media_type: absent | a string
          {"type":"image","source":{"type":"url"}} | messages.0.content.0.source.url: absent   | a string
          {"type":"tool_use","name":"a","input":{}} | messages.0.content.0.id: absent          | a string
          {"type":"tool_use","id":"a","name":"a","input":[]} | messages.0.content.0.input: an array | an object
          {"type":"tool_result"}                  | messages.0.content.0.tool_use_id: absent   | a string
          {"type":"tool_result","tool_use_id":"a","content":7} | messages.0.content.0.content: 7 | an array
          {"type":"tool_result","tool_use_id":"a","content":[7]} | messages.0.content.0.content.0: 7 | an object
          {"type":"thinking"}                     | messages.0.content.0.thinking: absent      | a string
          {"type":"redacted_thinking"}            | messages.0.content.0.data: absent          | a string
          {"type":"text","text":"a","cache_control":{"type":"forever"}} | messages.0.content.0.cache_control.type: "forever" | ephemeral
          {"type":"text","text":"a","cache_control":{"type":"ephemeral","ttl":"2h"}} | messages.0.content.0.cache_control.ttl: "2h" | 5m or 1h
          """)
  void names_a_block_that_is_not_what_it_must_be(String block, String value, String expected) {
    assertThatThrownBy(() -> withBlock(block))
        .isInstanceOf(MalformedBodyException.class)
        .hasMessage(value + " (expected: " + expected + ")");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{",
        "{}",
        "{\"model\":\"m\"}",
        "{\"model\":\"m\",\"messages\":[]}",
        "{\"model\":\"m\",\"messages\":[7]}",
        "{\"model\":\"m\",\"messages\":[{\"content\":\"x\"}]}",
        "{\"model\":\"m\",\"messages\":[{\"role\":\"tool\",\"content\":\"x\"}]}",
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}]}",
        "{\"model\":\"\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}{}",
      })
  void refuses_what_is_no_request(String body) {
    assertThatThrownBy(() -> read(body))
        .isInstanceOf(MalformedBodyException.class)
        .hasMessageContaining("(expected: ");
  }

  @Test
  void tells_where_a_body_is_not_json() {
    assertThatThrownBy(() -> read("{\"model\":\"m\",}"))
        .hasMessage("body: not JSON at byte 13 (expected: JSON that is whole)");
  }

  @Test
  void refuses_a_number_whose_exponent_is_beyond_limits() {
    assertThatThrownBy(() -> withMember("\"x\":12e99999999999"))
        .hasMessage("body: a number beyond limits (expected: numbers that fit)");
  }

  @Test
  void refuses_a_body_that_is_too_deep() {
    var deep = "[".repeat(300) + "]".repeat(300);
    assertThatThrownBy(() -> withMember("\"x\":" + deep))
        .isInstanceOf(MalformedBodyException.class)
        .hasMessageStartingWith("body: not JSON");
  }
}
