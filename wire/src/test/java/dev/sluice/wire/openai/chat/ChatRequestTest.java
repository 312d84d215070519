package dev.sluice.wire.openai.chat;

import static dev.sluice.wire.openai.Cases.assistant;
import static dev.sluice.wire.openai.Cases.of;
import static dev.sluice.wire.openai.Cases.result;
import static dev.sluice.wire.openai.Cases.text;
import static dev.sluice.wire.openai.Cases.use;
import static dev.sluice.wire.openai.Cases.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.wire.conversation.Block.Thinking;
import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.conversation.Tool;
import dev.sluice.wire.conversation.ToolChoice;
import dev.sluice.wire.conversation.Turn;
import dev.sluice.wire.openai.Cases;
import dev.sluice.wire.openai.Golden;
import dev.sluice.wire.openai.Presets;
import dev.sluice.wire.translate.Seal;
import dev.sluice.wire.translate.UntranslatableException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ChatRequestTest {

  private static final Presets PRESETS = Presets.read();

  @TestFactory
  Stream<DynamicTest> each_conversation_is_its_golden_file() {
    return Stream.of("openai", "deepseek", "mistral", "minimax", "openrouter", "vllm")
        .flatMap(
            service ->
                Cases.all().entrySet().stream()
                    .map(
                        one ->
                            DynamicTest.dynamicTest(
                                one.getKey() + "." + service,
                                () -> golden(service, one.getKey(), one.getValue()))));
  }

  private static void golden(String service, String name, Conversation asked) {
    Golden.check("openai/chat", name + "." + service, translator(service), asked);
  }

  @Test
  void the_next_turns_request_begins_with_the_bytes_of_this_one() {
    for (var service : PRESETS.services().keySet()) {
      var turns = new ArrayList<Turn>();
      turns.add(user(text("Read it")));
      var before = withoutEnd(body(service, turns));
      for (int turn = 0; turn < 5; turn++) {
        turns.add(assistant(new Thinking("Hm.", Seal.seal(Cases.ORIGIN, null)), use("c" + turn)));
        turns.add(user(result("c" + turn, "line " + turn), text("[reminder]")));
        if (turn % 2 == 1) {
          turns.add(Cases.system(text("Effort is " + turn)));
        }
        var body = body(service, turns);
        assertThat(body).as(service).startsWith(before);
        before = withoutEnd(body);
      }
    }
  }

  private static String body(String service, List<Turn> turns) {
    var asked = of(turns, List.of(), ToolChoice.UNSAID, Cases.SETTINGS, Cases.UNSAID, null);
    return new String(translator(service).request(asked).body(), StandardCharsets.UTF_8);
  }

  /// Without what closes the last message's text, the messages and the body.
  private static String withoutEnd(String body) {
    assertThat(body).matches("(?s).*(\"|\\}\\])\\}\\]\\}");
    return body.substring(0, body.length() - 4);
  }

  @Test
  void equal_conversations_become_equal_bytes() {
    Cases.all()
        .forEach(
            (name, asked) -> {
              if (!name.contains("tool")) {
                assertThat(translator("openai").request(asked).body())
                    .as(name)
                    .isEqualTo(translator("openai").request(asked).body());
              }
            });
  }

  @Test
  void a_model_that_thinks_is_told_no_temperature_and_its_own_efforts() {
    var asked = Cases.all().get("system-and-settings");
    var thinks = translator("openai").request(asked.of("o3"));
    assertThat(json(thinks.body()).has("temperature")).isFalse();
    assertThat(thinks.untold()).contains("temperature", "top_p", "stop_sequences");

    var effort = Cases.all().get("thinking-effort");
    assertThat(word("openai", effort.of("gpt-5-mini"))).isEqualTo("high");
    assertThat(word("openai", effort.of("gpt-5.6"))).isEqualTo("xhigh");
    var off = Cases.all().get("thinking-off");
    assertThat(word("openai", off.of("gpt-5-mini"))).isEqualTo("minimal");
    assertThat(word("openai", off.of("gpt-5.6"))).isEqualTo("none");
    var silent = translator("openai").request(effort.of("gpt-4o"));
    assertThat(json(silent.body()).has("reasoning_effort")).isFalse();
    assertThat(silent.untold()).contains("effort");
  }

  @Test
  void beside_tools_openai_is_told_the_only_effort_that_it_takes() {
    var tools = Cases.all().get("tools");
    assertThat(word("openai", tools.of("gpt-5.6"))).isEqualTo("none");
    assertThat(word("groq", tools.of("openai/gpt-oss-120b"))).isEmpty();
  }

  private static String word(String service, Conversation asked) {
    var body = json(translator(service).request(asked).body());
    return body.path("reasoning_effort").asString("");
  }

  @Test
  void what_only_anthropic_runs_is_refused() {
    var asked = with(new Tool.Native("web_search", "web_search_20250305", Cases.json("{}")));
    assertThatExceptionOfType(UntranslatableException.class)
        .isThrownBy(() -> translator("openai").request(asked))
        .matches(e -> e.capability() == UntranslatableException.Capability.OTHER);
  }

  @Test
  void a_tool_that_is_put_off_is_not_told() {
    var asked = with(new Tool.Deferred("Later"));
    assertThat(json(translator("openai").request(asked).body()).has("tools")).isFalse();
  }

  private static Conversation with(Tool tool) {
    var turns = List.of(user(text("Hi")));
    return of(turns, List.of(tool), ToolChoice.UNSAID, Cases.SETTINGS, Cases.UNSAID, null);
  }

  static ChatTranslator translator(String service) {
    return new ChatTranslator(PRESETS.services().get(service).quirks(), Cases.ORIGIN);
  }

  private static JsonNode json(byte[] body) {
    return JsonMapper.shared().readTree(body);
  }
}
