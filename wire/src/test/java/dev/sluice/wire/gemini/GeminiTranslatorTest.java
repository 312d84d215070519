package dev.sluice.wire.gemini;

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
import dev.sluice.wire.conversation.Conversation.Settings;
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
import dev.sluice.wire.translate.UntranslatableException.Capability;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// What Gemini is asked, and what its errors say.
final class GeminiTranslatorTest {

  private static final Door DEVELOPER = new Door.Developer();
  private static final Door VERTEX = new Door.Vertex("a-project", "europe-west4");
  private static final GeminiTranslator NEW = new GeminiTranslator(DEVELOPER);
  private static final GeminiTranslator OLD = new GeminiTranslator(VERTEX);
  private static final String NEW_MODEL = "gemini-3-flash";
  private static final String OLD_MODEL = "gemini-2.5-flash";

  private static JsonNode body(Outgoing outgoing) {
    return Samples.json(new String(outgoing.body(), StandardCharsets.UTF_8));
  }

  @Test
  void new_models_are_asked_as_the_golden_files_say() {
    Golden.check("gemini", NEW, NEW_MODEL, Samples.all(GeminiTranslator.ORIGIN));
  }

  @Test
  void older_models_at_vertex_are_asked_as_the_golden_files_say() {
    Golden.check("gemini-vertex", OLD, OLD_MODEL, Samples.all(GeminiTranslator.ORIGIN));
  }

  @Test
  void a_signature_goes_back_on_the_part_that_it_came_with() {
    var sealed = Seal.seal(GeminiTranslator.ORIGIN, "c2lnbmF0dXJl+/=");
    var outgoing =
        NEW.request(
            Samples.of(
                    user(text("Read.")),
                    assistant(
                        new Block.Thinking("Hm.", Seal.seal(GeminiTranslator.ORIGIN, null)),
                        text("I will."),
                        new Block.Thinking("", sealed),
                        use("t1", "Read", "{\"path\":\"a\"}"),
                        use("t2", "Read", "{\"path\":\"b\"}")),
                    user(result("t2", text("B")), result("t1", text("A"))),
                    assistant(new Block.Thinking("", sealed), text("Done.")),
                    user(text("Thanks.")))
                .of(NEW_MODEL));
    var contents = body(outgoing).path("contents");
    var parts = contents.path(1).path("parts");
    assertThat(parts).hasSize(3);
    assertThat(parts.path(0)).hasToString("{\"text\":\"I will.\"}");
    assertThat(parts.path(1).path("functionCall").path("args").path("path").stringValue())
        .isEqualTo("a");
    assertThat(parts.path(1).path("thoughtSignature").stringValue()).isEqualTo("c2lnbmF0dXJl+/=");
    assertThat(parts.path(2).has("thoughtSignature")).isFalse();
    // Results stand in the order of the calls.
    assertThat(contents.at("/2/parts/0/functionResponse/response/output").stringValue())
        .isEqualTo("A");
    assertThat(contents.at("/3/parts/0"))
        .hasToString("{\"text\":\"Done.\",\"thoughtSignature\":\"c2lnbmF0dXJl+/=\"}");
    assertThat(outgoing.untold()).containsExactly("cache_control", "metadata.team");
  }

  @Test
  void an_id_goes_back_to_the_door_that_gave_it() {
    for (var translator : List.of(NEW, OLD)) {
      var body =
          body(
              translator.request(
                  Samples.of(
                          user(text("Read.")),
                          assistant(use("gemini_x1", "Read", "{}")),
                          user(result("gemini_x1")))
                      .of(NEW_MODEL)));
      boolean own = translator.equals(NEW);
      assertThat(body.at("/contents/1/parts/0/functionCall").has("id")).isEqualTo(own);
      assertThat(body.at("/contents/2/parts/0/functionResponse").has("id")).isEqualTo(own);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gemini-3-pro, ON, 2000, , '', LOW",
    "gemini-3-pro, ON, 9000, , '', HIGH",
    "gemini-3-flash, ON, 9000, , '', MEDIUM",
    "gemini-3-flash, ON, 31999, , '', HIGH",
    "gemini-3-flash, ADAPTIVE, 0, , '', ''",
    "gemini-3-flash, ADAPTIVE, 0, medium, '', MEDIUM",
    "gemini-3-pro, ADAPTIVE, 0, medium, '', HIGH",
    "gemini-3-flash, ADAPTIVE, 0, xhigh, '', HIGH",
    "gemini-3-flash, OFF, 0, , '', MINIMAL",
    "gemini-3-pro, OFF, 0, , '', LOW",
    "gemini-2.5-flash, ON, 31999, , 24576, ''",
    "gemini-2.5-pro, ON, 31999, , 31999, ''",
    "gemini-2.5-pro, ON, 100, , 128, ''",
    "gemini-2.5-flash, OFF, 0, , 0, ''",
    "gemini-2.5-pro, OFF, 0, , 128, ''",
    "gemini-2.5-pro, ADAPTIVE, 0, , -1, ''",
    "gemini-2.5-pro, ADAPTIVE, 0, low, 4096, ''",
    "gemini-2.0-flash, ON, 2000, , '', ''",
  })
  void thinking_is_told_in_the_words_of_the_model(
      String model, Reasoning.Mode mode, long tokens, String effort, String budget, String level) {
    var thinking = Thinking.of(new Reasoning(mode, tokens, effort), model, new TreeSet<>());
    assertThat(thinking.budget()).isEqualTo(budget.isEmpty() ? null : Long.valueOf(budget));
    assertThat(thinking.level()).isEqualTo(level.isEmpty() ? null : level);
  }

  @Test
  void names_begin_as_gemini_wants_and_stay_apart() {
    assertThat(FunctionNames.told("Read_2-x")).isEqualTo("Read_2-x");
    assertThat(FunctionNames.told("_x")).isEqualTo("_x");
    assertThat(FunctionNames.told("9x")).startsWith("_9x").isNotEqualTo(FunctionNames.told("_9x"));
    assertThat(FunctionNames.told("")).isNotEmpty();
    assertThat(FunctionNames.told("x".repeat(70))).hasSize(64);
  }

  private static void refuses(Conversation said, Capability capability, String words) {
    assertThatThrownBy(() -> OLD.request(said))
        .isInstanceOfSatisfying(
            UntranslatableException.class, e -> assertThat(e.capability()).isEqualTo(capability))
        .hasMessageContaining(words)
        .hasMessageContaining("(expected: ");
  }

  @Test
  void refuses_what_gemini_has_no_word_for() {
    var other = Capability.OTHER;
    refuses(Samples.of(), other, "no user turn at the end");
    refuses(Samples.of(user(text("Hi.")), assistant(text("I"))), other, "no user turn at the end");
    refuses(Samples.of(user(result("t9"))), other, "tool_result: t9");
    var strange = new Block.Other("server_tool_use", Samples.json("{}"), null);
    refuses(Samples.of(user(text("Hi."), strange)), other, "of type server_tool_use");
    var gif = new Block.Image(new Block.Source.Encoded("image/gif", "R0lG"), null);
    refuses(Samples.of(user(gif)), Capability.IMAGE_BLOCK, "image: image/gif");
    var file = new Block.Document(new Block.Source.Foreign("file"), null, null, null);
    refuses(Samples.of(user(file)), Capability.DOCUMENT_BLOCK, "document: a source of type file");
    var turns = List.of(user(text("Hi.")));
    var tools = List.<Tool>of(new Tool.Function("T", null, Samples.json("{}"), false, null));
    var stops = new Settings(null, null, null, null, List.of("1", "2", "3", "4", "5", "6"), null);
    refuses(
        Samples.with(turns, tools, ToolChoice.UNSAID, stops, Samples.UNSAID, null),
        other,
        "stop_sequences: 6");
    refuses(
        Samples.with(
            turns,
            tools,
            new ToolChoice(ToolChoice.Mode.AUTO, "", false),
            Samples.PLAIN,
            Samples.UNSAID,
            null),
        other,
        "disable_parallel_tool_use: true");
    refuses(
        Samples.with(
                turns, tools, ToolChoice.UNSAID, Samples.PLAIN, Samples.UNSAID, Samples.json("{}"))
            .of(OLD_MODEL),
        Capability.STRUCTURED_OUTPUTS,
        "a schema beside tools");
  }

  @Test
  void a_conversation_that_goes_on_begins_as_it_did() {
    var turns = new ArrayList<Turn>();
    byte[] before = new byte[0];
    for (int i = 0; i < 12; i++) {
      turns.add(user(text("Question " + i)));
      turns.add(assistant(text("Call."), use("t" + i, "Read", "{\"i\":" + i + "}")));
      turns.add(user(result("t" + i, text("Result " + i))));
      var body = NEW.request(Samples.tooled(ToolChoice.UNSAID, turns.toArray(Turn[]::new))).body();
      // Behind the last result the user's next words stand in the same turn.
      assertThat(RequestFuzz.common(before, body)).isGreaterThanOrEqualTo(before.length - 4);
      before = body;
    }
  }

  @Test
  void whatever_is_said_becomes_json_or_a_refusal() {
    RequestFuzz.check(OLD, GeminiTranslator.ORIGIN, 5_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400|INVALID_ARGUMENT|The input token count (1200293) exceeds the maximum number of tokens"
            + " allowed (1048576).|PROMPT_TOO_LONG"
            + "|prompt is too long: 1200293 tokens > 1048576 maximum",
        "400|INVALID_ARGUMENT|The input token count exceeds the maximum number of tokens allowed"
            + " 8192.|PROMPT_TOO_LONG|Input is too long.",
        "400|INVALID_ARGUMENT|bad|INVALID_REQUEST|bad",
        "400|FAILED_PRECONDITION|not here|PERMISSION|not here",
        "401|UNAUTHENTICATED|who|CREDENTIAL|who",
        "403|PERMISSION_DENIED|no|PERMISSION|no",
        "404|NOT_FOUND|no|NOT_FOUND|no",
        "429|RESOURCE_EXHAUSTED|quota|RATE_LIMIT|quota",
        "500|INTERNAL|no|SERVER|no",
        "503|UNAVAILABLE|busy|OVERLOADED|busy",
        "504|DEADLINE_EXCEEDED|late|TIMEOUT|late",
      })
  void an_error_is_told_in_the_words_of_the_client(
      int status, String code, String message, Kind kind, String told) {
    var retry = "[{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"34s\"}]";
    var error =
        "{\"error\":{\"code\":%d,\"status\":\"%s\",\"message\":\"%s\",\"details\":%s}}"
            .formatted(status, code, message, retry);
    for (var body : List.of(error, "[" + error + "]")) {
      assertThat(NEW.error(status, body.getBytes(StandardCharsets.UTF_8)))
          .isEqualTo(new ProviderError(kind, told));
    }
  }

  @ParameterizedTest
  @CsvSource({"API_KEY_INVALID, CREDENTIAL", "BILLING_DISABLED, BILLING", "OTHER, INVALID_REQUEST"})
  void a_reason_tells_more_than_a_status(String reason, Kind kind) {
    var error =
        "{\"error\":{\"code\":400,\"status\":\"INVALID_ARGUMENT\",\"message\":\"m\",\"details\":"
            + "[{\"reason\":\""
            + reason
            + "\"}]}}";
    assertThat(NEW.error(400, error.getBytes(StandardCharsets.UTF_8)).kind()).isEqualTo(kind);
  }

  @Test
  void an_error_that_is_no_json_is_told_by_its_status() {
    assertThat(NEW.error(502, "<html>".getBytes(StandardCharsets.UTF_8)).kind())
        .isEqualTo(Kind.SERVER);
    assertThat(NEW.error(429, "{}".getBytes(StandardCharsets.UTF_8)).kind())
        .isEqualTo(Kind.RATE_LIMIT);
  }
}
