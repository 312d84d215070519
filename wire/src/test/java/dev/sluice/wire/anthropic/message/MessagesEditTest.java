package dev.sluice.wire.anthropic.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.anthropic.RequestScanner;
import dev.sluice.wire.anthropic.message.MessagesEdit.Edited;
import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.translate.Seal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

final class MessagesEditTest {

  private static final List<String> BETAS =
      List.of(
          "claude-code-20250219,interleaved-thinking-2025-05-14, effort-2025-11-24",
          "advanced-tool-use-2025-11-20,per-turn-control-2026-07-01,tool-search-tool-2025-10-19,");

  private static Edited edit(CloudFrame frame, List<String> betas, byte[] body) {
    return MessagesEdit.edit(frame, betas, body, 0, body.length);
  }

  private static Edited edit(CloudFrame frame, String body) {
    return edit(frame, List.of(), body.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }

  private static JsonNode tree(byte[] body) {
    return JsonMapper.shared().readTree(body);
  }

  static Stream<Path> inputs() {
    return Golden.inputs("edit").stream();
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void edits_as_the_golden_file(Path input) {
    var all = new StringBuilder();
    for (var frame : CloudFrame.values()) {
      var edited = edit(frame, BETAS, Golden.bytes(input));
      assertThat(tree(edited.body()).isObject()).isTrue();
      all.append(frame).append('\n').append(text(edited.body()).strip()).append('\n');
      all.append("betas ").append(edited.betas()).append('\n');
      all.append("untold ").append(edited.untold()).append("\n\n");
    }
    Golden.check(Golden.beside(input, ".txt"), all.toString());
  }

  static Stream<RecordedTraffic.Request> recorded() {
    return RecordedTraffic.requests().stream()
        .filter(request -> request.http().method().equals("POST"));
  }

  private static List<String> betas(RecordedTraffic.Request request) {
    return request.http().headers().stream()
        .filter(header -> header.named("anthropic-beta"))
        .map(header -> header.value())
        .toList();
  }

  private static void letTheUserSay(ObjectNode body) {
    for (var message : body.path("messages")) {
      if (message.path("role").stringValue().equals("system")) {
        ((ObjectNode) message).put("role", "user");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void leaves_what_claude_code_sends_to_anthropic(RecordedTraffic.Request request) {
    var edited = edit(CloudFrame.ANTHROPIC, betas(request), request.http().body());
    assertThat(edited.body()).isEqualTo(request.http().body());
    assertThat(String.join(",", edited.betas())).isEqualTo(betas(request).getFirst());
    assertThat(edited.untold()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void puts_what_claude_code_sends_in_the_frame_of_bedrock(RecordedTraffic.Request request) {
    var edited = edit(CloudFrame.BEDROCK, betas(request), request.http().body());
    var expected = (ObjectNode) tree(request.http().body());
    expected.remove(List.of("model", "stream", "metadata"));
    if (!betas(request).getFirst().contains("context-management")) {
      expected.remove("context_management");
    }
    for (var message : expected.path("messages")) {
      ((ObjectNode) message).remove("output_config");
    }
    letTheUserSay(expected);
    var actual = (ObjectNode) tree(edited.body());
    assertThat(actual.remove("anthropic_version").stringValue()).isEqualTo("bedrock-2023-05-31");
    var told = actual.remove("anthropic_beta");
    assertThat(actual).isEqualTo(expected);
    assertThat(told == null || told.size() > 0).isTrue();
    assertThat(edited.betas()).isEmpty();
    for (var name : edited.untold()) {
      assertThat(text(request.http().body()) + betas(request))
          .contains(name.replaceAll(".*\\.", ""));
    }
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void puts_what_claude_code_sends_in_the_frame_of_vertex(RecordedTraffic.Request request) {
    var edited = edit(CloudFrame.VERTEX, betas(request), request.http().body());
    var expected = (ObjectNode) tree(request.http().body());
    expected.remove("model");
    if (!expected.path("stream").asBoolean()) {
      expected.remove("stream");
    }
    if (!betas(request).getFirst().contains("per-turn-control")) {
      letTheUserSay(expected);
    }
    var actual = (ObjectNode) tree(edited.body());
    assertThat(actual.remove("anthropic_version").stringValue()).isEqualTo("vertex-2023-10-16");
    assertThat(actual).isEqualTo(expected);
    assertThat(edited.betas()).allMatch(CloudFrame.VERTEX::takes);
  }

  @Test
  void asks_a_cloud_for_changes_of_tools_only_where_there_are_some() {
    var beta = "mid-conversation-tool-changes-2026-07-01";
    var with =
        """
        {"messages":[{"role":"system","content":[{"type":"tool_removal","tool":{"name":"a"}}]}]}""";
    var without =
        """
        {"messages":[{"role":"system","content":[{"type":"text","text":"tool_removal"}]}]}""";
    assertThat(text(edit(CloudFrame.BEDROCK, List.of(beta), utf8(with)).body())).contains(beta);
    var plain = edit(CloudFrame.BEDROCK, List.of(beta), utf8(without));
    assertThat(text(plain.body())).doesNotContain(beta);
    assertThat(plain.untold()).isEmpty();
  }

  @Test
  void the_user_says_what_a_cloud_does_not_take_as_an_instruction_between_turns() {
    var body =
        """
        {"messages":[{"role":"user","content":"x"},{"role": "system" ,"content":"now"},\
        {"role":"system","content":[{"type":"tool_removal","tool":{"name":"a"}}]}]}""";
    var changes = "mid-conversation-tool-changes-2026-07-01";
    var edited = edit(CloudFrame.BEDROCK, List.of(changes), utf8(body));
    var messages = tree(edited.body()).path("messages");
    assertThat(messages.path(1).path("role").stringValue()).isEqualTo("user");
    assertThat(messages.path(2).path("role").stringValue()).isEqualTo("system");
    assertThat(edited.untold()).containsExactly("messages.role");
    var perTurn = List.of("per-turn-control-2026-07-01," + changes);
    var kept = edit(CloudFrame.VERTEX, perTurn, utf8(body));
    assertThat(text(kept.body())).contains("{\"role\": \"system\" ,\"content\":\"now\"}");
    assertThat(kept.untold()).containsExactly(changes);
    assertThat(text(edit(CloudFrame.ANTHROPIC, body).body())).isEqualTo(body);
  }

  /// All that a prompt is, but the last mark of the cache, is the same in the next turn.
  @ParameterizedTest
  @EnumSource(CloudFrame.class)
  void a_prompt_that_grows_keeps_its_beginning(CloudFrame frame) {
    var turn =
        "{\"role\":\"user\",\"content\":\"x\"},{\"role\":\"assistant\",\"content\":["
            + "{\"type\":\"thinking\",\"thinking\":\"t\",\"signature\":\"sluice.chat.\"},"
            + "{\"type\":\"text\",\"text\":\"y\"}]},"
            + "{\"role\":\"system\",\"content\":\"s\",\"output_config\":{}}";
    var before = "";
    for (int turns = 1; turns < 5; turns++) {
      var messages = String.join(",", java.util.Collections.nCopies(turns, turn));
      var body = text(edit(frame, BETAS, bytes(messages)).body());
      var prompt = body.substring(0, body.indexOf("],\"max_tokens\""));
      assertThat(prompt).startsWith(before).doesNotContain("sluice");
      before = prompt;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "\"\""})
  void a_message_that_tells_an_effort_alone_goes_with_it(String nothing) {
    var effort = "\"output_config\":{\"effort\":\"high\"}";
    var asked = "{\"role\":\"user\",\"content\":\"x\"}";
    var empty = "{\"role\":\"system\",\"content\":" + nothing + "," + effort + "}";
    var says = "{\"role\":\"system\",\"content\":\"s\"," + effort + "}";
    var edited = edit(CloudFrame.BEDROCK, BETAS, bytes(asked + "," + empty + "," + says));
    assertThat(text(edited.body()))
        .contains("\"messages\":[" + asked + ",{\"role\":\"user\",\"content\":\"s\"}]");
    assertThat(edited.untold()).contains("messages.output_config");
    var kept = edit(CloudFrame.VERTEX, BETAS, bytes(asked + "," + empty));
    assertThat(text(kept.body())).contains(asked + "," + empty);
  }

  private static byte[] bytes(String messages) {
    var body = "{\"model\":\"m\",\"messages\":[" + messages + "],\"max_tokens\":1}";
    return body.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void edits_in_the_middle_of_an_array() {
    var body = "xx{\"model\":\"m\",\"max_tokens\":1}yy".getBytes(StandardCharsets.UTF_8);
    var edited = MessagesEdit.edit(CloudFrame.VERTEX, List.of(), body, 2, body.length - 4);
    assertThat(text(edited.body()))
        .isEqualTo("{\"anthropic_version\":\"vertex-2023-10-16\",\"max_tokens\":1}");
  }

  @Test
  void an_edited_body_is_edited_no_further() {
    for (var input : Golden.inputs("edit")) {
      var once = edit(CloudFrame.ANTHROPIC, List.of(), Golden.bytes(input)).body();
      var twice = edit(CloudFrame.ANTHROPIC, List.of(), once);
      assertThat(twice.body()).isEqualTo(once);
      assertThat(twice.untold()).isEmpty();
    }
  }

  @Test
  void what_is_left_is_what_the_reader_reads_without_thoughts_of_others() {
    var body = Golden.bytes(Path.of("src/test/resources/message/edit/thoughts.json"));
    var edited = edit(CloudFrame.ANTHROPIC, List.of(), body).body();
    assertThat(RequestScanner.scan(edited, 0, edited.length).model()).isEqualTo("claude-x");
    var read = MessagesReader.read(edited, 0, edited.length);
    assertThat(read.turns().stream().flatMap(turn -> turn.blocks().stream()))
        .filteredOn(
            block -> block instanceof Block.Thinking || block instanceof Block.SealedThinking)
        .containsExactly(new Block.Thinking("Claude's", "c2ln"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "{\"model\":}", "{\"messages\":[{]}", "{}x"})
  void refuses_what_is_no_json_object(String body) {
    for (var frame : CloudFrame.values()) {
      assertThatThrownBy(() -> edit(frame, body)).isInstanceOf(MalformedBodyException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"messages\":7}",
        "{\"messages\":[7,[],\"x\",{\"content\":7},{\"content\":[7,[],{}]}]}",
        "{\"messages\":[{\"content\":[{\"type\":7,\"signature\":7,\"data\":[]}]}]}",
      })
  void leaves_to_the_provider_what_it_does_not_read(String body) {
    assertThat(text(edit(CloudFrame.ANTHROPIC, body).body())).isEqualTo(body);
  }

  @Test
  void every_seal_of_ours_is_found() {
    for (var origin : Arrays.asList("chat", "converse", "a-9")) {
      var seal = Seal.seal(origin, "x/+=é");
      var body =
          bytes(
              "{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"\","
                  + "\"signature\":\""
                  + seal
                  + "\"},{\"type\":\"text\",\"text\":\"y\"}]}");
      assertThat(text(edit(CloudFrame.ANTHROPIC, List.of(), body).body())).doesNotContain("sluice");
    }
  }

  private static String thought(String signature) {
    return "{\"type\":\"thinking\",\"thinking\":\"t\",\"signature\":\"" + signature + "\"},";
  }

  private static String call(String thought, String id) {
    return """
    {"content":[%s{"type":"tool_use","id":"%s","name":"b","input":{}}],"role":"assistant"},"""
        .formatted(thought, id);
  }

  private static String results(String type, String id) {
    return """
    {"role":"user","content":[{"type":"%s","tool_use_id":"%s"}]},"""
        .formatted(type, id);
  }

  private static Edited loop(String type, String messages) {
    return edit(
        CloudFrame.ANTHROPIC,
        """
        {"model":"m","thinking":{"type":"%s","budget_tokens":1024},"messages":[\
        {"role":"user","content":"x"},%s{"role":"system","content":"s"}],\
        "context_management":{"edits":[]},"max_tokens":2000}"""
            .formatted(type, messages));
  }

  /// Claude that thinks by a budget takes results only in a turn that a thought of its own began.
  @ParameterizedTest
  @CsvSource({
    "enabled, tool_result, sluice.chat., false",
    "enabled, tool_result, c2ln, true",
    "adaptive, tool_result, sluice.chat., true",
    "enabled, text, sluice.chat., true",
  })
  void goes_without_thinking_where_no_thought_of_its_own_began_the_turn(
      String type, String last, String signature, boolean thinks) {
    var before = call(thought("b3du"), "a") + results("tool_result", "a");
    var said = "{\"role\":\"user\",\"content\":\"y\"},";
    var edited = loop(type, before + said + call(thought(signature), "c") + results(last, "c"));
    assertThat(tree(edited.body()).has("thinking")).isEqualTo(thinks);
    assertThat(tree(edited.body()).has("context_management")).isEqualTo(thinks);
    assertThat(text(edited.body())).doesNotContain("sluice").contains("b3du");
    assertThat(edited.untold().contains("thinking")).isEqualTo(!thinks);
  }

  /// Claude itself calls on without a thought, and so may another model in its place.
  @Test
  void a_turn_that_claude_began_with_a_thought_goes_on_thinking() {
    var begun = call(thought("c2ln"), "a") + results("tool_result", "a");
    var on = call("", "c") + results("tool_result", "c");
    var abroad = call(thought("sluice.chat."), "d") + results("tool_result", "d");
    for (var messages : List.of(begun + on, begun + abroad, begun + on + abroad + on)) {
      assertThat(loop("enabled", messages).untold()).doesNotContain("thinking");
    }
    assertThat(loop("enabled", on + begun).untold()).contains("thinking");
  }
}
