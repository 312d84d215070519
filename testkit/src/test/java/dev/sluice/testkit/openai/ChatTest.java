package dev.sluice.testkit.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.billing.BillEntry;
import dev.sluice.testkit.billing.Outcome;
import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.script.Script;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class ChatTest {

  private static final Script WORKS =
      Script.answer()
          .thinking("Look first.")
          .text("I read two files.")
          .tool("Read", Map.of("file_path", "a \"b\".txt"))
          .tool("Read", Map.of("file_path", "c.txt"));

  private OpenAiSimulator simulator;
  private Client client;

  @BeforeEach
  void start() {
    simulator = OpenAiSimulator.start(OpenAiConfig.standard());
    client = new Client(simulator);
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void a_stream_and_a_document_say_the_same() {
    simulator.next(WORKS, WORKS);
    var chunks = client.events(Client.CHAT, usageAsked("gpt-5.1"));
    var message = message(client.document(Client.CHAT, Client.chat("gpt-5.1")));
    assertThat(joined(chunks, "content")).isEqualTo("I read two files.");
    assertThat(message.path("content").asString()).isEqualTo("I read two files.");
    for (var index : List.of(0, 1)) {
      var whole = message.path("tool_calls").path(index).path("function");
      var fragments = fragments(chunks, index);
      assertThat(fragments.getFirst().path("id").asString()).matches("call_[0-9a-f]{24}");
      assertThat(fragments).hasSizeGreaterThan(2);
      assertThat(fragments.stream().skip(1)).noneMatch(fragment -> fragment.has("id"));
      assertThat(arguments(fragments)).isEqualTo(whole.path("arguments").asString());
    }
    assertThat(Client.json(arguments(fragments(chunks, 1)).replace('\'', '"')))
        .isEqualTo(Client.json("{'file_path':'c.txt'}"));
    assertThat(finish(chunks)).isEqualTo("tool_calls");
  }

  @Test
  void the_chunks_come_in_their_order() {
    simulator.next(Script.answer().text("Hi."));
    var text = Client.text(client.post(Client.CHAT, usageAsked("gpt-4.1")));
    assertThat(text).doesNotContain("event:").endsWith("\n\ndata: [DONE]\n\n");
    var chunks = Client.events(text);
    assertThat(chunks).hasSize(4).allMatch(chunk -> chunk.has("usage"));
    assertThat(delta(chunks.get(0)).path("role").asString()).isEqualTo("assistant");
    assertThat(delta(chunks.get(1)).path("content").asString()).isEqualTo("Hi.");
    assertThat(delta(chunks.get(2))).isEmpty();
    assertThat(chunks.get(3).path("choices")).isEmpty();
    assertThat(chunks)
        .extracting(chunk -> chunk.path("id").asString())
        .containsOnly(chunks.getFirst().path("id").asString());
  }

  @Test
  void the_length_of_what_is_said_is_hidden_unless_the_request_says_otherwise() {
    simulator.next(WORKS, WORKS);
    assertThat(Client.text(client.post(Client.CHAT, Client.chat("gpt-4.1"))))
        .contains("\"obfuscation\":\"x");
    var body = Client.chat("gpt-4.1");
    body.putObject("stream_options").put("include_obfuscation", false);
    assertThat(Client.text(client.post(Client.CHAT, body))).doesNotContain("obfuscation");
  }

  @Test
  void usage_tells_what_was_thought_and_is_what_is_billed() {
    simulator.next(WORKS);
    var usage = client.events(Client.CHAT, usageAsked("gpt-5.1")).getLast().path("usage");
    var entry = simulator.settledBill().entries().getFirst();
    assertThat(usage.path("prompt_tokens").asLong()).isEqualTo(entry.usage().inputInAll());
    assertThat(usage.path("completion_tokens").asLong()).isEqualTo(entry.usage().output());
    var thought = usage.path("completion_tokens_details").path("reasoning_tokens").asLong();
    assertThat(thought).isEqualTo(3);
    assertThat(entry.usage().output()).isGreaterThan(thought);
    assertThat(entry).returns(Outcome.COMPLETED, BillEntry::outcome);
    assertThat(entry.usd())
        .isEqualByComparingTo(
            OpenAiConfig.standard().prices().find("gpt-5.1").orElseThrow().cost(entry.usage()));
  }

  @Test
  void a_model_that_does_not_think_or_was_told_not_to_is_not_billed_for_it() {
    simulator.next(WORKS, WORKS);
    var talks = client.document(Client.CHAT, Client.chat("gpt-4.1"));
    var told = client.document(Client.CHAT, Client.chat("gpt-5.1").put("reasoning_effort", "none"));
    for (var document : List.of(talks, told)) {
      var details = document.path("usage").path("completion_tokens_details");
      assertThat(details.path("reasoning_tokens").asInt(-1)).isZero();
    }
  }

  @Test
  void one_call_at_a_time_where_the_request_wants_it() {
    simulator.next(WORKS);
    var body = Client.chat("gpt-4.1").put("parallel_tool_calls", false);
    body.set("tools", tools());
    assertThat(message(client.document(Client.CHAT, body)).path("tool_calls")).hasSize(1);
  }

  @Test
  void every_end_has_its_reason() {
    simulator.next(
        Script.answer().text("Done."),
        Script.answer().textOfTokens(50),
        Script.answer().text("No").filtered().text("never"),
        Script.answer().refusal("I will not."));
    assertThat(choice(Client.chat("gpt-4.1"))).isEqualTo("stop");
    assertThat(choice(Client.chat("gpt-4.1").put("max_tokens", 7))).isEqualTo("length");
    assertThat(choice(Client.chat("gpt-4.1"))).isEqualTo("content_filter");
    var refusal = client.document(Client.CHAT, Client.chat("gpt-4.1"));
    assertThat(message(refusal).path("refusal").asString()).isEqualTo("I will not.");
    assertThat(message(refusal).path("content").isNull()).isTrue();
    assertThat(simulator.settledBill().entries())
        .extracting(entry -> entry.usage().output())
        .containsExactly(2L, 7L, 1L, 4L);
  }

  @Test
  void a_refusal_streams_as_one() {
    simulator.next(Script.answer().refusal("I will not do that for you."));
    var chunks = client.events(Client.CHAT, Client.chat("gpt-4.1"));
    assertThat(joined(chunks, "refusal")).isEqualTo("I will not do that for you.");
    assertThat(joined(chunks, "content")).isEmpty();
  }

  @Test
  void arguments_that_the_limit_cuts_are_no_json_any_more() {
    simulator.next(Script.answer().tool("Read", Map.of("file_path", "a".repeat(400))));
    var body = Client.chat("gpt-4.1").put("max_tokens", 6);
    var document = client.document(Client.CHAT, body);
    assertThat(document.path("choices").path(0).path("finish_reason").asString())
        .isEqualTo("length");
    var call = message(document).path("tool_calls").path(0).path("function");
    assertThat(call.path("arguments").asString()).startsWith("{\"file_path").doesNotEndWith("}");
  }

  @Test
  void an_unscripted_call_with_a_schema_gets_its_json() {
    var body = Client.chat("gpt-4.1");
    body.set(
        "response_format",
        Client.json(
            "{'type':'json_schema','json_schema':{'name':'a','schema':{'required':['title']}}}"));
    var content = message(client.document(Client.CHAT, body)).path("content").asString();
    assertThat(Client.json(content).path("title").asString()).isEqualTo("Simulated");
  }

  @Test
  void scripts_choose_by_what_is_said_and_offered() {
    simulator
        .when(call -> call.toolResults() == 1, Script.answer().text("one result"))
        .when(call -> call.offers("Read"), Script.answer().text("offered"))
        .when(call -> call.userText().contains("say hi"), Script.answer().text("said"));
    assertThat(content(Client.chat("gpt-4.1"))).isEqualTo("said");
    var offering = Client.chat("gpt-4.1");
    offering.set("tools", tools());
    assertThat(content(offering)).isEqualTo("offered");
    var answered = Client.chat("gpt-4.1");
    var messages = answered.withArray("messages");
    messages.add(
        Client.json(
            "{'role':'assistant','tool_calls':[{'id':'c','type':'function',"
                + "'function':{'name':'Read','arguments':'{}'}}]}"));
    messages.add(Client.json("{'role':'tool','tool_call_id':'c','content':'x'}"));
    assertThat(content(answered)).isEqualTo("one result");
  }

  private String content(ObjectNode body) {
    return message(client.document(Client.CHAT, body)).path("content").asString();
  }

  private String choice(ObjectNode body) {
    var document = client.document(Client.CHAT, body);
    return document.path("choices").path(0).path("finish_reason").asString();
  }

  private static JsonNode tools() {
    return Client.json("{'a':[{'type':'function','function':{'name':'Read'}}]}").path("a");
  }

  private static ObjectNode usageAsked(String model) {
    var body = Client.chat(model);
    body.putObject("stream_options").put("include_usage", true);
    return body;
  }

  private static JsonNode message(JsonNode document) {
    return document.path("choices").path(0).path("message");
  }

  private static JsonNode delta(JsonNode chunk) {
    return chunk.path("choices").path(0).path("delta");
  }

  private static String joined(List<JsonNode> chunks, String member) {
    return chunks.stream()
        .map(chunk -> delta(chunk).path(member).asString(""))
        .collect(Collectors.joining());
  }

  private static List<JsonNode> fragments(List<JsonNode> chunks, int index) {
    return chunks.stream()
        .map(chunk -> delta(chunk).path("tool_calls").path(0))
        .filter(fragment -> fragment.path("index").asInt(-1) == index)
        .toList();
  }

  private static String arguments(List<JsonNode> fragments) {
    return fragments.stream()
        .map(fragment -> fragment.path("function").path("arguments").asString())
        .collect(Collectors.joining());
  }

  private static String finish(List<JsonNode> chunks) {
    return chunks.stream()
        .map(chunk -> chunk.path("choices").path(0).path("finish_reason").asString(""))
        .collect(Collectors.joining());
  }
}
