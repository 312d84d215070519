package dev.sluice.testkit.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.billing.Outcome;
import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.script.Script;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class ResponsesTest {

  private static final String COUNT = Client.RESPONSES + "/input_tokens";

  private static final Script WORKS =
      Script.answer()
          .thinking("A plan.")
          .text("Hi.")
          .tool("Read", Map.of("file_path", "a.txt"))
          .tool("Read", Map.of());

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
  void a_stream_has_all_events_numbered_in_their_order() {
    simulator.next(WORKS);
    var body = thinking();
    var text = Client.text(client.post(Client.RESPONSES, body));
    var events = Client.events(text);
    assertThat(types(events))
        .containsExactly(
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.reasoning_summary_part.added",
            "response.reasoning_summary_text.delta",
            "response.reasoning_summary_text.done",
            "response.reasoning_summary_part.done",
            "response.output_item.done",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.output_item.added",
            "response.function_call_arguments.delta",
            "response.function_call_arguments.delta",
            "response.function_call_arguments.delta",
            "response.function_call_arguments.done",
            "response.output_item.done",
            "response.output_item.added",
            "response.function_call_arguments.delta",
            "response.function_call_arguments.done",
            "response.output_item.done",
            "response.completed");
    assertThat(events)
        .extracting(event -> event.path("sequence_number").asInt())
        .containsExactlyElementsOf(IntStream.range(0, events.size()).boxed().toList());
    assertThat(text.lines().filter(line -> line.startsWith("event: ")))
        .containsExactlyElementsOf(types(events).stream().map(type -> "event: " + type).toList());
    assertThat(text).doesNotContain("[DONE]");
  }

  @Test
  void the_last_event_has_what_the_items_said() {
    simulator.next(WORKS);
    var events = client.events(Client.RESPONSES, thinking());
    var done =
        events.stream()
            .filter(event -> event.path("type").asString().equals("response.output_item.done"))
            .map(event -> event.path("item"))
            .toList();
    var output = events.getLast().path("response").path("output");
    assertThat(output).containsExactlyElementsOf(done);
    assertThat(done)
        .extracting(item -> item.path("type").asString())
        .containsExactly("reasoning", "message", "function_call", "function_call");
    assertThat(done.get(2).path("arguments").asString()).isEqualTo("{\"file_path\":\"a.txt\"}");
    assertThat(done.get(2).path("call_id").asString()).startsWith("call_");
    assertThat(done.get(2).path("id").asString()).startsWith("fc_");
  }

  @Test
  void reasoning_is_hidden_and_unsealed_unless_asked_for() {
    simulator.next(WORKS, WORKS);
    var plain = client.document(Client.RESPONSES, Client.response("gpt-5.1"));
    var item = plain.path("output").path(0);
    assertThat(item.path("summary")).isEmpty();
    assertThat(item.has("encrypted_content")).isFalse();
    assertThat(reasoningTokens(plain)).isEqualTo(3);
    var asked = client.document(Client.RESPONSES, thinking());
    var told = asked.path("output").path(0);
    assertThat(told.path("summary").path(0).path("text").asString()).isEqualTo("A plan.");
    assertThat(told.path("encrypted_content").asString()).isNotEmpty();
    assertThat(reasoningTokens(asked)).isEqualTo(3);
    assertThat(asked.path("reasoning").path("summary").asString()).isEqualTo("auto");
  }

  @Test
  void usage_is_what_is_billed() {
    simulator.next(WORKS);
    var usage = client.document(Client.RESPONSES, thinking()).path("usage");
    var entry = simulator.settledBill().entries().getFirst();
    assertThat(usage.path("input_tokens").asLong()).isEqualTo(entry.usage().inputInAll());
    assertThat(usage.path("output_tokens").asLong()).isEqualTo(entry.usage().output());
    assertThat(usage.path("total_tokens").asLong())
        .isEqualTo(entry.usage().inputInAll() + entry.usage().output());
    assertThat(entry.usd()).isPositive();
  }

  @Test
  void an_end_before_its_time_is_incomplete_and_says_why() {
    simulator.next(Script.answer().textOfTokens(50), Script.answer().text("No").filtered());
    var body = Client.response("gpt-4.1").put("max_output_tokens", 16);
    var cut = client.events(Client.RESPONSES, body).getLast();
    assertThat(cut.path("type").asString()).isEqualTo("response.incomplete");
    assertThat(cut.path("response").path("incomplete_details").path("reason").asString())
        .isEqualTo("max_output_tokens");
    assertThat(cut.path("response").path("output").path(0).path("status").asString())
        .isEqualTo("incomplete");
    var filtered = client.document(Client.RESPONSES, Client.response("gpt-4.1"));
    assertThat(filtered.path("status").asString()).isEqualTo("incomplete");
    assertThat(filtered.path("incomplete_details").path("reason").asString())
        .isEqualTo("content_filter");
  }

  @Test
  void an_error_in_mid_stream_is_told_and_fails_the_response() {
    simulator.next(Script.answer().textOfTokens(50).errorAfter(5, "rate_limit_error", "Too fast."));
    var events = client.events(Client.RESPONSES, Client.response("gpt-4.1"));
    assertThat(types(events).subList(5, 7)).containsExactly("error", "response.failed");
    assertThat(events.get(5).path("sequence_number").asInt()).isEqualTo(5);
    assertThat(events.get(5).path("error").path("code").asString())
        .isEqualTo("rate_limit_exceeded");
    var failed = events.get(6).path("response");
    assertThat(failed.path("status").asString()).isEqualTo("failed");
    assertThat(failed.path("id")).isEqualTo(events.getFirst().path("response").path("id"));
    assertThat(failed.path("error").path("message").asString()).isEqualTo("Too fast.");
    assertThat(simulator.settledBill().entries().getFirst().outcome()).isEqualTo(Outcome.ERROR);
  }

  @Test
  void a_refusal_is_a_part_of_its_own() {
    simulator.next(Script.answer().refusal("I will not."));
    var events = client.events(Client.RESPONSES, Client.response("gpt-4.1"));
    assertThat(types(events)).contains("response.refusal.delta", "response.refusal.done");
    var part = events.getLast().path("response").path("output").path(0).path("content").path(0);
    assertThat(part).isEqualTo(Client.json("{'type':'refusal','refusal':'I will not.'}"));
  }

  @Test
  void searches_only_where_it_is_offered_and_bills_it() {
    var script = Script.answer().webSearch("envoy").text("Found.");
    simulator.next(script, script);
    assertThat(client.document(Client.RESPONSES, Client.response("gpt-4.1")).path("output"))
        .hasSize(1);
    var body = Client.response("gpt-4.1");
    body.set("tools", Client.json("{'a':[{'type':'web_search'}]}").path("a"));
    var output = client.document(Client.RESPONSES, body).path("output");
    assertThat(output.path(0).path("type").asString()).isEqualTo("web_search_call");
    assertThat(simulator.settledBill().entries())
        .extracting(entry -> entry.usage().webSearches())
        .containsExactly(0L, 1L);
  }

  @Test
  void each_call_of_the_search_is_followed_by_another_pass_that_is_billed() {
    var search = Script.answer().webSearch("a").openedPage("https://a.example").webSearch("b");
    simulator.next(Script.answer().text("Found."), search.text("Found."));
    var body = Client.response("gpt-4.1");
    body.set("tools", Client.json("{'a':[{'type':'web_search'}]}").path("a"));
    long once = inputTokens(body);
    // 300 tokens are found by each search, and read by all passes that follow it.
    assertThat(inputTokens(body)).isEqualTo(4 * once + 300 + 300 + 600);
    assertThat(simulator.settledBill().entries().getLast().usage().inputInAll())
        .isEqualTo(4 * once + 1_200);
  }

  private long inputTokens(ObjectNode body) {
    var usage = client.document(Client.RESPONSES, body).path("usage");
    return usage.path("input_tokens").asLong();
  }

  @Test
  void what_a_text_rests_on_is_where_its_indices_say() {
    var script =
        Script.answer()
            .webSearch("envoy")
            .openedPage("https://example.com/1")
            .failedSearch("redis")
            .text("A 😀 proxy. It passes bytes.");
    simulator.next(script, script);
    var body = Client.response("gpt-4.1").put("max_tool_calls", 3);
    body.set("tools", Client.json("{'a':[{'type':'web_search'}]}").path("a"));
    body.putArray("include").add("web_search_call.action.sources");
    var events = client.events(Client.RESPONSES, body);
    var response = events.getLast().path("response");
    assertThat(response.path("tool_usage").path("web_search").path("num_requests").asInt())
        .isEqualTo(1);
    var output = response.path("output");
    assertThat(output.path(0).path("action").path("sources")).hasSize(2);
    assertThat(output.path(1).path("action").path("type").asString()).isEqualTo("open_page");
    assertThat(output.path(2).path("status").asString()).isEqualTo("failed");
    var part = output.path(3).path("content").path(0);
    var text = part.path("text").asString();
    var cited = part.path("annotations").path(0);
    int start = text.offsetByCodePoints(0, cited.path("start_index").asInt());
    int end = text.offsetByCodePoints(0, cited.path("end_index").asInt());
    assertThat(text.substring(start, end))
        .isEqualTo("([example.com](https://example.com/1?utm_source=openai))");
    assertThat(text).startsWith("A 😀 proxy (").endsWith("). It passes bytes.");
    assertThat(types(events)).contains("response.output_text.annotation.added");
    var whole = client.document(Client.RESPONSES, body.put("max_tool_calls", 1)).path("output");
    assertThat(whole).hasSize(2);
  }

  private static List<String> types(List<JsonNode> events) {
    return events.stream().map(event -> event.path("type").asString()).toList();
  }

  private static long reasoningTokens(JsonNode response) {
    return response.path("usage").path("output_tokens_details").path("reasoning_tokens").asLong();
  }

  private static ObjectNode thinking() {
    var body = Client.response("gpt-5.1");
    body.putObject("reasoning").put("summary", "auto");
    body.putArray("include").add("reasoning.encrypted_content");
    return body;
  }

  @Test
  void counts_what_it_bills_then_and_bills_no_count() {
    var body = Client.response("gpt-4.1");
    simulator.next(Script.answer().text("Hi."));
    client.post(Client.RESPONSES, body);
    body.remove("stream");
    var counted = Client.json(client.post(COUNT, body));
    assertThat(counted.path("object").asString()).isEqualTo("response.input_tokens");
    assertThat(counted.path("input_tokens").asLong())
        .isEqualTo(simulator.settledBill().entries().getFirst().usage().inputInAll());
    assertThat(client.post(COUNT, body.put("max_output_tokens", 100)).statusCode()).isEqualTo(400);
    assertThat(client.get(COUNT).statusCode()).isEqualTo(405);
    assertThat(simulator.settledBill().entries()).hasSize(1);
  }
}
