package dev.sluice.testkit.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sluice.testkit.billing.ModelPrice;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.openai.config.Quirks;
import dev.sluice.testkit.openai.config.Quirks.ErrorShape;
import dev.sluice.testkit.openai.config.Quirks.Habit;
import dev.sluice.testkit.openai.config.Quirks.ReasoningPlace;
import dev.sluice.testkit.openai.config.Quirks.ToolIndex;
import dev.sluice.testkit.openai.config.Quirks.UsageReport;
import dev.sluice.testkit.script.Script;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What compatible services do in their own way.
class QuirksTest {

  private static final Script CALLS =
      Script.answer().tool("Read", Map.of("a", 1)).tool("Write", Map.of("b", 2));

  @Test
  void usage_comes_where_the_service_puts_it() {
    assertThat(placesOfUsage(UsageReport.WHEN_ASKED, false)).isEmpty();
    assertThat(placesOfUsage(UsageReport.WHEN_ASKED, true)).containsExactly("no choices");
    assertThat(placesOfUsage(UsageReport.ALWAYS, false)).containsExactly("no choices");
    assertThat(placesOfUsage(UsageReport.WITH_FINISH, false)).containsExactly("finish");
    assertThat(placesOfUsage(UsageReport.IN_X_GROQ, false)).containsExactly("x_groq");
    assertThat(placesOfUsage(UsageReport.NEVER, true)).isEmpty();
  }

  private static List<String> placesOfUsage(UsageReport report, boolean asked) {
    var body = Client.chat("gpt-4.1");
    if (asked) {
      body.putObject("stream_options").put("include_usage", true);
    }
    return chunks(Quirks.NONE.withUsage(report), Script.answer().text("Hi."), body).stream()
        .filter(chunk -> chunk.findValue("prompt_tokens") != null)
        .map(QuirksTest::placeOfUsage)
        .toList();
  }

  private static String placeOfUsage(JsonNode chunk) {
    if (chunk.path("x_groq").has("usage")) {
      return "x_groq";
    }
    return chunk.path("choices").isEmpty() ? "no choices" : "finish";
  }

  @Test
  void reasoning_is_shown_where_the_service_shows_it() {
    var script = Script.answer().thinking("Hm.").text("Yes.");
    assertThat(shown(ReasoningPlace.HIDDEN, script)).containsExactly("content:Yes.");
    assertThat(shown(ReasoningPlace.REASONING_CONTENT, script))
        .containsExactly("reasoning_content:Hm.", "content:Yes.");
    assertThat(shown(ReasoningPlace.REASONING, script))
        .containsExactly("reasoning:Hm.", "content:Yes.");
    assertThat(shown(ReasoningPlace.THINK_TAGS, script))
        .containsExactly("content:<think>", "content:Hm.", "content:</think>\n\n", "content:Yes.");
  }

  private static List<String> shown(ReasoningPlace place, Script script) {
    return chunks(Quirks.NONE.withReasoning(place), script, Client.chat("gpt-4.1")).stream()
        .map(chunk -> chunk.path("choices").path(0).path("delta"))
        .flatMap(delta -> delta.properties().stream())
        .filter(member -> !member.getValue().asString("").isEmpty())
        .filter(member -> !member.getKey().equals("role"))
        .map(member -> member.getKey() + ":" + member.getValue().asString())
        .toList();
  }

  @Test
  void a_service_takes_its_own_reasoning_back() {
    var config =
        OpenAiConfig.standard()
            .withQuirks(Quirks.NONE.withReasoning(ReasoningPlace.REASONING_CONTENT));
    serve(
        config,
        (simulator, client) -> {
          simulator.next(Script.answer().thinking("Hm.").text("Yes."));
          var body = Client.chat("gpt-4.1");
          var message = client.document(Client.CHAT, body).path("choices").path(0).path("message");
          assertThat(message.path("reasoning_content").asString()).isEqualTo("Hm.");
          var messages = body.withArray("messages");
          ((ObjectNode) message).remove(List.of("annotations", "refusal"));
          messages.add(message);
          messages.addObject().put("role", "user").put("content", "go on");
          assertThat(client.post(Client.CHAT, body).statusCode()).isEqualTo(200);
        });
  }

  @Test
  void tool_calls_are_numbered_as_the_service_numbers_them() {
    assertThat(indexes(ToolIndex.COUNTED)).containsOnly(0, 1);
    assertThat(indexes(ToolIndex.ZERO)).containsOnly(0);
    assertThat(indexes(ToolIndex.MISSING)).containsOnly(-1);
  }

  private static List<Integer> indexes(ToolIndex index) {
    return calls(Quirks.NONE.withToolIndex(index)).stream()
        .map(call -> call.path("index").asInt(-1))
        .toList();
  }

  @Test
  void tool_calls_come_whole_or_with_empty_ids() {
    var whole = calls(Quirks.NONE.with(Habit.WHOLE_TOOL_CALLS));
    assertThat(whole)
        .hasSize(2)
        .allMatch(call -> call.path("function").path("arguments").asString().endsWith("}"));
    var later =
        calls(Quirks.NONE.with(Habit.EMPTY_LATER_IDS)).stream()
            .filter(call -> !call.path("id").asString().startsWith("call_"))
            .toList();
    assertThat(later)
        .hasSizeGreaterThan(1)
        .allMatch(call -> call.path("id").isString() && call.path("function").has("name"));
  }

  @Test
  void the_id_of_a_call_is_told_with_each_of_its_fragments() {
    var fragments = calls(Quirks.NONE.with(Habit.REPEATED_IDS).withToolIndex(ToolIndex.MISSING));
    assertThat(fragments).hasSizeGreaterThan(2);
    assertThat(fragments).extracting(call -> call.path("id").asString()).doesNotContain("");
    assertThat(fragments.stream().map(call -> call.path("id").asString()).distinct()).hasSize(2);
    assertThat(fragments.getLast().path("function").path("name").asString("-")).isEmpty();
  }

  @Test
  void a_stream_ends_with_what_it_told_as_a_whole() {
    var script = Script.answer().text("Hi.").tool("Read", Map.of("a", 1));
    var last =
        chunks(Quirks.NONE.with(Habit.WHOLE_AT_END), script, Client.chat("gpt-4.1")).getLast();
    assertThat(last.path("object").asString()).isEqualTo("chat.completion");
    assertThat(last.path("usage").path("completion_tokens").asInt()).isPositive();
    var message = last.path("choices").path(0).path("message");
    assertThat(message.path("content").asString()).isEqualTo("Hi.");
    assertThat(message.path("tool_calls").size()).isEqualTo(1);
  }

  private static List<JsonNode> calls(Quirks quirks) {
    return chunks(quirks, CALLS, Client.chat("gpt-4.1")).stream()
        .map(chunk -> chunk.path("choices").path(0).path("delta").path("tool_calls").path(0))
        .filter(JsonNode::isObject)
        .toList();
  }

  @Test
  void streams_end_without_a_mark_and_comments_come_between() {
    var quirks = Quirks.NONE.with(Habit.NO_DONE).withKeepAlive("STILL HERE");
    serve(
        OpenAiConfig.standard().withQuirks(quirks),
        (_, client) -> {
          var text = Client.text(client.post(Client.CHAT, Client.chat("gpt-4.1")));
          assertThat(text).startsWith(": STILL HERE\n\ndata: {").doesNotContain("[DONE]");
          assertThat(text.lines().filter(": STILL HERE"::equals).count())
              .isEqualTo(Client.events(text).size());
        });
  }

  @Test
  void an_old_service_knows_only_the_old_limit() {
    serve(
        OpenAiConfig.standard().withQuirks(Quirks.NONE.with(Habit.MAX_TOKENS_ONLY)),
        (_, client) -> {
          var old = Client.chat("gpt-5.1").put("max_tokens", 5);
          assertThat(client.post(Client.CHAT, old).statusCode()).isEqualTo(200);
          var young = Client.chat("gpt-5.1").put("max_completion_tokens", 5);
          assertThat(Client.text(client.post(Client.CHAT, young)))
              .contains("Unrecognized request argument supplied: max_completion_tokens");
        });
  }

  static Stream<Arguments> shapes() {
    return Stream.of(
        arguments(
            ErrorShape.OBJECT,
            "{'error':{'message':'Slow down.','type':'requests','param':null,"
                + "'code':'rate_limit_exceeded'}}"),
        arguments(ErrorShape.NUMERIC_CODE, "{'error':{'message':'Slow down.','code':429}}"),
        arguments(ErrorShape.TEXT, "{'error':'Slow down.'}"),
        arguments(ErrorShape.DETAIL, "{'detail':'Slow down.'}"),
        arguments(
            ErrorShape.DETAILS,
            "{'detail':[{'type':'requests','loc':['body'],'msg':'Slow down.'}]}"),
        arguments(ErrorShape.MESSAGE, "{'message':'Slow down.'}"),
        arguments(
            ErrorShape.BARE,
            "{'message':'Slow down.','type':'requests','param':null,"
                + "'code':'rate_limit_exceeded'}"),
        arguments(
            ErrorShape.NAMED,
            "{'object':'error','message':'Slow down.','type':'requests','param':null,"
                + "'code':'rate_limit_exceeded'}"),
        arguments(ErrorShape.CODE_AND_TEXT, "{'code':'requests','error':'Slow down.'}"),
        arguments(
            ErrorShape.BASE_RESPONSE,
            "{'base_resp':{'status_code':1002,'status_msg':'Slow down.'}}"));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void errors_have_the_shape_of_the_service(ErrorShape shape, String json) {
    var limited = Script.fails(429, "rate_limit_error", "Slow down.");
    serve(
        OpenAiConfig.standard().withQuirks(Quirks.NONE.withErrors(shape)),
        (simulator, client) -> {
          simulator.next(
              limited, Script.answer().text("Hi.").errorAfter(1, "rate_limit_error", "Slow down."));
          var refused = client.post(Client.CHAT, Client.chat("gpt-4.1"));
          assertThat(refused.statusCode()).isEqualTo(shape == ErrorShape.BASE_RESPONSE ? 200 : 429);
          assertThat(Client.json(refused)).isEqualTo(Client.json(json));
          var broken = client.events(Client.CHAT, Client.chat("gpt-4.1"));
          assertThat(broken.getLast()).isEqualTo(Client.json(json));
        });
  }

  @Test
  void a_context_that_is_too_long_is_told_in_the_words_of_the_service() {
    var price = OpenAiConfig.price("1", "1", "1").withLimits(100, 3);
    var small = OpenAiConfig.of(PriceTable.of(Map.<String, ModelPrice>of("tiny", price)), Set.of());
    serve(
        small,
        (_, client) -> {
          var error = Client.json(client.post(Client.CHAT, Client.chat("tiny"))).path("error");
          assertThat(error.path("code").asString()).isEqualTo("context_length_exceeded");
          assertThat(error.path("message").asString())
              .startsWith("This model's maximum context length is 3 tokens. However, your messages")
              .contains("resulted in 8 tokens");
          var response = client.post(Client.RESPONSES, Client.response("tiny"));
          assertThat(Client.text(response)).contains("exceeds the context window");
        });
    serve(
        small.withQuirks(Quirks.NONE.withContextProblem("max %d, prompt %d: too long")),
        (_, client) ->
            assertThat(Client.text(client.post(Client.CHAT, Client.chat("tiny"))))
                .contains("max 3, prompt 8: too long"));
  }

  private static List<JsonNode> chunks(Quirks quirks, Script script, ObjectNode body) {
    var config = OpenAiConfig.standard().withQuirks(quirks);
    try (var simulator = OpenAiSimulator.start(config)) {
      simulator.next(script);
      return new Client(simulator).events(Client.CHAT, body);
    }
  }

  private static void serve(OpenAiConfig config, BiConsumer<OpenAiSimulator, Client> test) {
    try (var simulator = OpenAiSimulator.start(config)) {
      test.accept(simulator, new Client(simulator));
    }
  }
}
