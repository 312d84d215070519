package dev.sluice.testkit.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.billing.BillEntry;
import dev.sluice.testkit.billing.ModelPrice;
import dev.sluice.testkit.billing.Outcome;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.billing.Rates;
import dev.sluice.testkit.billing.Usage;
import dev.sluice.testkit.http.Ending;
import dev.sluice.testkit.provider.Retention;
import dev.sluice.testkit.script.Script;
import dev.sluice.testkit.script.UsagePlace;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class BillTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  private AnthropicSimulator simulator;
  private Client client;

  @BeforeEach
  void start() {
    simulator = AnthropicSimulator.start(PriceTable.recorded());
    client = new Client(simulator);
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void every_class_has_its_price_and_nothing_is_rounded() {
    var price = ModelPrice.of(Rates.of("3", "15", "0.3", "3.75", "6"));
    var usage = new Usage(1, 1, 1, 1, 1, 1);
    assertThat(price.cost(usage)).isEqualByComparingTo("0.01002805");
    var odd = ModelPrice.of(Rates.of("0.0000001", "0", "0", "0", "0"));
    assertThat(odd.cost(new Usage(3, 0, 0, 0, 0, 0))).isEqualByComparingTo("0.0000000000003");
  }

  @Test
  void a_long_context_is_dearer_as_a_whole() {
    var price =
        ModelPrice.of(Rates.of("3", "15", "0.3", "3.75", "6"))
            .withAbove(200_000, Rates.of("6", "22.5", "0.6", "7.5", "12"));
    assertThat(price.cost(new Usage(200_000, 0, 0, 0, 0, 0))).isEqualByComparingTo("0.6");
    assertThat(price.cost(new Usage(200_000, 0, 1, 0, 0, 0))).isEqualByComparingTo("1.2000006");
  }

  @ParameterizedTest
  @EnumSource(UsagePlace.class)
  void the_last_usage_of_a_stream_is_what_is_billed(UsagePlace place) {
    simulator.next(Script.answer().textOfTokens(50).usageIn(place));
    var response = client.post(Client.body());
    var entry = onlyEntry();
    assertThat(entry.outcome()).isEqualTo(Outcome.COMPLETED);
    assertThat(lastNonNull(Client.text(response), "output_tokens")).isEqualTo(50);
    assertThat(lastNonNull(Client.text(response), "input_tokens")).isEqualTo(entry.usage().input());
    assertThat(entry.usage().output()).isEqualTo(50);
  }

  @Test
  void a_document_carries_the_usage_that_is_billed() {
    simulator.next(Script.answer().text("Four small words here").gzip());
    var response = client.post(Client.body().put("stream", false), "accept-encoding", "gzip");
    assertThat(response.headers().firstValue("content-encoding")).contains("gzip");
    assertThat(onlyEntry().usage().output()).isEqualTo(4);
  }

  @Test
  void max_tokens_ends_the_answer_and_bounds_the_bill() {
    simulator.next(Script.answer().textOfTokens(500));
    var response = client.post(Client.body().put("max_tokens", 7).put("stream", false));
    assertThat(Client.json(response).path("stop_reason").asString()).isEqualTo("max_tokens");
    assertThat(onlyEntry().usage().output()).isEqualTo(7);
  }

  @Test
  void omitted_thinking_is_billed_and_not_shown() {
    simulator.next(Script.answer().thinking("a hidden idea").text("Yes."));
    var body = Client.body().put("stream", false);
    body.set("thinking", Client.json("{\"type\":\"adaptive\",\"display\":\"omitted\"}"));
    var content = Client.json(client.post(body)).path("content");
    assertThat(content.path(0).path("thinking").asString()).isEmpty();
    assertThat(onlyEntry().usage().output()).isEqualTo(5);
  }

  @Test
  void searches_are_billed_per_use_and_their_results_as_input() {
    simulator.next(Script.answer().webSearch("envoy").webSearch("redis").text("Found."));
    var response = client.post(Client.body().put("stream", false));
    var usage = Client.json(response).path("usage");
    assertThat(usage.path("server_tool_use").path("web_search_requests").asInt()).isEqualTo(2);
    var entry = onlyEntry();
    assertThat(entry.usage().webSearches()).isEqualTo(2);
    assertThat(entry.usage().input()).isEqualTo(usage.path("input_tokens").asLong());
    assertThat(entry.usd()).isGreaterThan(new BigDecimal("0.02"));
  }

  @Test
  void a_client_that_leaves_pays_for_the_input_and_what_was_generated() throws Exception {
    simulator.next(Script.answer().textOfTokens(10_000).pace(Duration.ofMillis(20)));
    try (var socket = client.connect()) {
      socket.getOutputStream().write(Client.wire(Client.body()));
      Client.readUntil(socket.getInputStream(), "text_delta");
    }
    assertThat(simulator.awaitIdle(SOON)).isTrue();
    var entry = onlyEntry();
    assertThat(entry.outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(entry.usage().input()).isPositive();
    assertThat(entry.usage().output()).isBetween(5L, 500L);
  }

  @Test
  void a_client_that_leaves_before_the_headers_pays_for_the_input() throws Exception {
    simulator.next(Script.answer().text("late").stall(Duration.ofMinutes(5)));
    try (var socket = client.connect()) {
      socket.getOutputStream().write(Client.wire(Client.body()));
      while (simulator.inFlight() == 0) {
        Thread.onSpinWait();
      }
    }
    assertThat(simulator.awaitIdle(SOON)).isTrue();
    assertThat(onlyEntry())
        .returns(Outcome.CANCELLED, BillEntry::outcome)
        .returns(0L, entry -> entry.usage().output());
    assertThat(onlyEntry().usd()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void an_answer_that_is_lost_before_its_head_is_billed(boolean stream) {
    simulator.next(Script.answer().textOfTokens(40).lost(Ending.RST));
    var body = Client.body().put("stream", stream);
    assertThatThrownBy(() -> client.post(body)).isInstanceOf(UncheckedIOException.class);
    assertThat(simulator.awaitIdle(SOON)).isTrue();
    assertThat(onlyEntry())
        .returns(0, BillEntry::status)
        .returns(0L, BillEntry::bytesSent)
        .returns(Outcome.ERROR, BillEntry::outcome)
        .returns(40L, entry -> entry.usage().output());
    assertThat(onlyEntry().usage().input()).isPositive();
  }

  @Test
  void an_error_in_mid_stream_bills_what_was_generated() {
    var script = Script.answer().textOfTokens(100).errorAfter(5, "overloaded_error", "Overloaded");
    simulator.next(script);
    var text = Client.text(client.post(Client.body()));
    assertThat(text).contains("event: error").doesNotContain("message_delta");
    assertThat(onlyEntry())
        .returns(Outcome.ERROR, BillEntry::outcome)
        .returns(10L, entry -> entry.usage().output());
  }

  @Test
  void refusals_and_failures_cost_nothing() {
    simulator.next(
        Script.rateLimited().retryAfter(Duration.ofSeconds(2)).header("x-should-retry", "false"),
        Script.overloaded(),
        Script.page(502, "text/html", "<html>Bad gateway</html>"),
        Script.page(500, "text/plain", ""));
    var limited = client.post(Client.body());
    assertThat(limited.headers().firstValue("retry-after")).contains("2");
    assertThat(limited.headers().firstValue("x-should-retry")).contains("false");
    assertThat(client.post(Client.body()).statusCode()).isEqualTo(529);
    assertThat(Client.text(client.post(Client.body()))).startsWith("<html>");
    assertThat(client.post(Client.body()).body()).isEmpty();
    client.post(Client.body().put("max_tokens", 0));
    assertThat(simulator.awaitIdle(SOON)).isTrue();
    assertThat(simulator.bill().entries())
        .hasSize(5)
        .allMatch(entry -> entry.outcome() == Outcome.REFUSED);
    assertThat(simulator.bill().usd()).isZero();
  }

  @Test
  void the_total_outlives_the_entries() {
    var small = new Retention(2, 2, 2, 2, 0);
    var config = SimulatorConfig.of(PriceTable.recorded()).withRetention(small);
    try (var forgetful = AnthropicSimulator.start(config)) {
      var caller = new Client(forgetful);
      for (var i = 0; i < 5; i++) {
        caller.post(Client.body());
      }
      assertThat(forgetful.awaitIdle(SOON)).isTrue();
      var bill = forgetful.bill();
      assertThat(bill.entries()).hasSize(2);
      assertThat(forgetful.requests()).hasSize(2).allMatch(r -> r.body().isEmpty());
      assertThat(bill.exchanges()).isEqualTo(5);
      var one = bill.entries().getFirst().usd();
      assertThat(bill.usd()).isEqualByComparingTo(one.multiply(BigDecimal.valueOf(5)));
    }
  }

  @Test
  void a_cut_answer_is_billed() {
    simulator.next(Script.answer().textOfTokens(20).cutAt(900, Ending.CLEAN));
    client.post(Client.body());
    assertThat(onlyEntry().outcome()).isEqualTo(Outcome.ERROR);
    assertThat(onlyEntry().usd()).isPositive();
    assertThat(onlyEntry().bytesSent()).isEqualTo(900);
  }

  private BillEntry onlyEntry() {
    assertThat(simulator.awaitIdle(SOON)).isTrue();
    assertThat(simulator.bill().entries()).hasSize(1);
    return simulator.bill().entries().getFirst();
  }

  private static long lastNonNull(String sse, String member) {
    return sse.lines()
        .filter(line -> line.startsWith("data: "))
        .map(line -> Client.json(line.substring("data: ".length())))
        .map(event -> event.has("message") ? event.path("message") : event)
        .map(event -> event.path("usage").path(member))
        .filter(JsonNode::isNumber)
        .mapToLong(JsonNode::asLong)
        .reduce(0, (_, last) -> last);
  }
}
