package dev.sluice.wire.bedrock;

import static dev.sluice.wire.conversation.Samples.assistant;
import static dev.sluice.wire.conversation.Samples.result;
import static dev.sluice.wire.conversation.Samples.text;
import static dev.sluice.wire.conversation.Samples.use;
import static dev.sluice.wire.conversation.Samples.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.conversation.Conversation.Reasoning;
import dev.sluice.wire.conversation.Samples;
import dev.sluice.wire.conversation.Tool;
import dev.sluice.wire.conversation.ToolChoice;
import dev.sluice.wire.conversation.Turn;
import dev.sluice.wire.translate.Golden;
import dev.sluice.wire.translate.Outgoing;
import dev.sluice.wire.translate.ProviderError;
import dev.sluice.wire.translate.ProviderError.Kind;
import dev.sluice.wire.translate.RequestFuzz;
import dev.sluice.wire.translate.Seal;
import dev.sluice.wire.translate.UntranslatableException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// What Converse is asked, and what its errors say.
final class ConverseTranslatorTest {

  private static final String CLAUDE = "eu.anthropic.claude-sonnet-5-v1:0";
  private static final ConverseTranslator TO_CLAUDE = new ConverseTranslator(Family.CLAUDE);

  private static JsonNode body(Outgoing outgoing) {
    return Samples.json(new String(outgoing.body(), StandardCharsets.UTF_8));
  }

  @Test
  void claude_is_asked_as_the_golden_files_say() {
    Golden.check("converse-claude", TO_CLAUDE, CLAUDE, Samples.all(Seal.ANTHROPIC));
  }

  @Test
  void nova_and_others_are_asked_as_the_golden_files_say() {
    var all = Samples.all(ConverseTranslator.ORIGIN);
    Golden.check("converse-nova", new ConverseTranslator(Family.NOVA), "amazon.nova-pro", all);
    Golden.check("converse-other", new ConverseTranslator(Family.OTHER), "meta.llama5", all);
  }

  @ParameterizedTest
  @CsvSource({
    "anthropic.claude-opus-5-v1:0, CLAUDE, anthropic.claude-opus-5-v1%3A0",
    "us.amazon.nova-pro-v1:0, NOVA, us.amazon.nova-pro-v1%3A0",
    "arn:aws:bedrock:eu-central-1:1:application-inference-profile/x~1,"
        + " OTHER, arn%3Aaws%3Abedrock%3Aeu-central-1%3A1%3Aapplication-inference-profile%2Fx~1",
  })
  void a_model_is_one_segment_of_the_path(String model, Family family, String segment) {
    assertThat(Family.of(model)).isEqualTo(family);
    assertThat(TO_CLAUDE.request(Samples.of(user(text("Hi."))).of(model)).path())
        .isEqualTo("/model/" + segment + "/converse-stream");
  }

  @Test
  void the_last_four_cache_marks_become_cache_points() {
    var turns = new ArrayList<Turn>();
    for (int i = 0; i < 3; i++) {
      turns.add(user(new Block.Text("question " + i, Samples.MARK)));
      turns.add(assistant(text("answer " + i)));
    }
    turns.add(user(new Block.Text("last", Samples.MARK_1H)));
    var tool = new Tool.Function("T", null, Samples.json("{}"), false, Samples.MARK);
    var outgoing =
        TO_CLAUDE.request(
            Samples.with(
                turns, List.of(tool), ToolChoice.UNSAID, Samples.PLAIN, Samples.UNSAID, null));
    assertThat(outgoing.untold()).containsExactly("cache_control", "metadata.team");
    var body = body(outgoing);
    assertThat(body.path("toolConfig").path("tools")).hasSize(1);
    assertThat(body.path("system")).hasSize(2);
    assertThat(new String(outgoing.body(), StandardCharsets.UTF_8).split("cachePoint", -1))
        .hasSize(CachePoints.POINTS_MAX + 1);
    assertThat(body.at("/messages/6/content/1/cachePoint/ttl").stringValue()).isEqualTo("1h");
  }

  @Test
  void names_of_documents_are_short_plain_and_told_once() {
    var names = new DocumentNames();
    assertThat(names.next("Ärger & Co\t\n2.pdf")).isEqualTo("-rger - Co 2-pdf");
    assertThat(names.next("漢字")).isEqualTo("document");
    assertThat(names.next(null)).isEqualTo("document (2)");
    assertThat(names.next("x".repeat(300))).hasSize(180);
    assertThat(names.next("x".repeat(300))).hasSize(184).endsWith("x (2)");
  }

  @Test
  void a_budget_of_thinking_is_left_out_after_calls_whose_thought_is_foreign() {
    var reasoning = new Reasoning(Reasoning.Mode.ON, 2_000, null);
    for (var origin : List.of("gemini", Seal.ANTHROPIC)) {
      var thought = new Block.Thinking("Hm.", Seal.seal(origin, "c2ln"));
      var turns =
          List.of(
              user(text("Read.")),
              assistant(thought, use("t1", "T", "{}")),
              user(result("t1", text("A"))));
      var tool = new Tool.Function("T", null, Samples.json("{}"), false, null);
      var outgoing =
          TO_CLAUDE.request(
              Samples.with(
                  turns, List.of(tool), ToolChoice.UNSAID, Samples.PLAIN, reasoning, null));
      boolean own = origin.equals(Seal.ANTHROPIC);
      assertThat(body(outgoing).has("additionalModelRequestFields")).isEqualTo(own);
      assertThat(outgoing.untold().contains("thinking")).isEqualTo(!own);
    }
  }

  @Test
  void sealed_thinking_comes_back_to_this_service_only() {
    var own = new Block.SealedThinking(Seal.seal(ConverseTranslator.ORIGIN, "b3duIQ=="));
    var outgoing =
        TO_CLAUDE.request(
            Samples.of(user(text("Hi.")), assistant(own, text("So.")), user(text("?"))));
    assertThat(body(outgoing).at("/messages/1/content/0/reasoningContent/redactedContent"))
        .hasToString("\"b3duIQ==\"");
  }

  @Test
  void parallel_calls_can_be_forbidden_to_claude_only() {
    var tool = new Tool.Function("T", null, Samples.json("{}"), false, null);
    var once =
        Samples.with(
            List.of(user(text("Hi."))),
            List.of(tool),
            new ToolChoice(ToolChoice.Mode.ONE, "T", false),
            Samples.PLAIN,
            Samples.UNSAID,
            null);
    var body = body(TO_CLAUDE.request(once));
    assertThat(body.path("additionalModelRequestFields").path("tool_choice"))
        .hasToString("{\"type\":\"tool\",\"name\":\"T\",\"disable_parallel_tool_use\":true}");
    assertThat(body.path("toolConfig").has("toolChoice")).isFalse();
    refuses(new ConverseTranslator(Family.NOVA), once, "disable_parallel_tool_use: true");
  }

  private static void refuses(ConverseTranslator translator, Conversation said, String words) {
    assertThatThrownBy(() -> translator.request(said))
        .isInstanceOf(UntranslatableException.class)
        .hasMessageContaining(words)
        .hasMessageContaining("(expected: ");
  }

  @Test
  void refuses_what_converse_has_no_word_for() {
    refuses(TO_CLAUDE, Samples.of(), "no user turn at the start");
    refuses(TO_CLAUDE, Samples.of(assistant(text("Hi."))), "no user turn at the start");
    refuses(TO_CLAUDE, Samples.of(user(text("Hi."))).of(""), "model: empty");
    var other = new Block.Other("server_tool_use", Samples.json("{}"), null);
    refuses(TO_CLAUDE, Samples.of(user(text("Hi."), other)), "of type server_tool_use");
    var url = new Block.Image(new Block.Source.Url("https://example.com/a.png"), null);
    refuses(TO_CLAUDE, Samples.of(user(url)), "image: a URL");
    var search =
        Samples.with(
            List.of(user(text("Hi."))),
            List.of(new Tool.Native("web_search", "web_search_20250305", Samples.json("{}"))),
            ToolChoice.UNSAID,
            Samples.PLAIN,
            Samples.UNSAID,
            null);
    refuses(TO_CLAUDE, search, "tools: web_search of type web_search_20250305");
  }

  @Test
  void a_conversation_that_goes_on_begins_as_it_did() {
    var turns = new ArrayList<Turn>();
    byte[] before = new byte[0];
    for (int i = 0; i < 12; i++) {
      turns.add(
          user(
              text("Question " + i),
              new Block.Document(new Block.Source.Plain("p" + i), "same title", null, null)));
      turns.add(assistant(text("Call."), use("t" + i, "Read", "{\"i\":" + i + "}")));
      turns.add(user(result("t" + i, text("Result " + i))));
      var body =
          TO_CLAUDE.request(Samples.tooled(ToolChoice.UNSAID, turns.toArray(Turn[]::new))).body();
      // Behind the last result the user's next words stand in the same turn.
      assertThat(RequestFuzz.common(before, body)).isGreaterThanOrEqualTo(before.length - 4);
      before = body;
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void whatever_is_said_becomes_json_or_a_refusal(Family family) {
    RequestFuzz.check(new ConverseTranslator(family), ConverseTranslator.origin(family), 5_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400|The model returned the following errors: prompt is too long: 208310 tokens > 200000"
            + " maximum|PROMPT_TOO_LONG|prompt is too long: 208310 tokens > 200000 maximum",
        "400|Input is too long for requested model.|PROMPT_TOO_LONG|Input is too long.",
        "400|The model returned the following errors: no role|INVALID_REQUEST|no role",
        "400|Oh: input length and `max_tokens` exceed context limit: 1 + 2 > 2|INVALID_REQUEST"
            + "|input length and `max_tokens` exceed context limit: 1 + 2 > 2",
        "403|The security token included in the request is invalid.|CREDENTIAL|"
            + "The security token included in the request is invalid.",
        "403|User: x is not authorized|PERMISSION|User: x is not authorized",
        "404|no|NOT_FOUND|no",
        "408|no|TIMEOUT|no",
        "413|no|TOO_LARGE|no",
        "424|no|SERVER|no",
        "429|no|RATE_LIMIT|no",
        "500|no|SERVER|no",
        "503|no|OVERLOADED|no",
      })
  void an_error_is_told_in_the_words_of_the_client(
      int status, String message, Kind kind, String told) {
    for (var member : List.of("message", "Message")) {
      var json = Samples.json("{}").deepCopy();
      ((tools.jackson.databind.node.ObjectNode) json).put(member, message);
      assertThat(TO_CLAUDE.error(status, json.toString().getBytes(StandardCharsets.UTF_8)))
          .isEqualTo(new ProviderError(kind, told));
    }
  }

  @Test
  void an_error_that_is_no_json_is_told_by_its_status() {
    assertThat(TO_CLAUDE.error(503, "<html>".getBytes(StandardCharsets.UTF_8)).kind())
        .isEqualTo(Kind.OVERLOADED);
    var typed = "{\"__type\":\"com.amazon#ModelNotReadyException\",\"message\":\"wait\"}";
    assertThat(TO_CLAUDE.error(429, typed.getBytes(StandardCharsets.UTF_8)).kind())
        .isEqualTo(Kind.OVERLOADED);
  }
}
