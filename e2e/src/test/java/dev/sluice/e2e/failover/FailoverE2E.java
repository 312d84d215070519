package dev.sluice.e2e.failover;

import static dev.sluice.e2e.failover.FailingProviders.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sluice.e2e.World;
import dev.sluice.testkit.anthropic.AnthropicSimulator;
import dev.sluice.testkit.anthropic.SimulatorConfig;
import dev.sluice.testkit.http.Ending;
import dev.sluice.testkit.openai.OpenAiSimulator;
import dev.sluice.testkit.provider.Simulator;
import dev.sluice.testkit.script.Script;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// What a client gets when a provider fails before its answer begins: the answer of the next one,
/// and books that agree with the bills of both.
final class FailoverE2E {

  private static final String DOCUMENT =
      """
      [{"type":"document","source":{"type":"url","url":"https://example.com/a.pdf"}}]""";

  /// Its model writes no faster than real ones do.
  private static final Script LOST = Script.answer().textOfTokens(60).pace(Duration.ofMillis(10));

  /// Ends with its connection: much longer than a first byte is waited for.
  private static final Duration SILENCE = Duration.ofSeconds(30);

  private static final Duration SOON = Duration.ofSeconds(60);

  private static FailingProviders providers;
  private static World world;
  private static AnthropicSimulator spare;
  private static OpenAiSimulator openAi;

  @BeforeAll
  static void start() {
    providers = FailingProviders.start();
    world = providers.world();
    spare = providers.spare();
    openAi = providers.openAi();
  }

  @AfterAll
  static void stop() {
    providers.close();
  }

  @AfterEach
  void nothing_is_left() {
    for (Simulator simulator : List.of(world.simulator(), spare, openAi)) {
      simulator.clearScripts();
      assertThat(simulator.violations()).isEmpty();
    }
  }

  private static HttpResponse<byte[]> ask(String key, boolean stream) {
    return providers.ask(key, stream, "\"Why?\"");
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of("429", Script.rateLimited()),
        Arguments.of("529", Script.overloaded()),
        Arguments.of("500", Script.fails(500, "api_error", "Internal server error")),
        Arguments.of("503", Script.page(503, "text/html", "<html>away</html>")),
        Arguments.of("408", Script.fails(408, "timeout_error", "too slow")),
        Arguments.of("401", Script.fails(401, "authentication_error", "invalid x-api-key")),
        Arguments.of("403", Script.fails(403, "permission_error", "not for you")),
        Arguments.of("reset", Script.hangUp(Ending.RST)),
        Arguments.of("closed", Script.hangUp(Ending.FIN)),
        Arguments.of("lost", LOST.lost(Ending.RST)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("failures")
  void the_next_provider_answers(String name, Script failure) {
    long before = world.simulator().received();
    for (boolean stream : List.of(true, false)) {
      world.simulator().next(failure);
      spare.next(Script.answer().text("Because of " + name + "."));
      var answer = ask("same", stream);
      assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
      assertThat(text(answer)).contains(name).doesNotContain("event: error");
    }
    assertThat(world.simulator().received()).isEqualTo(before + 2);
    providers.assertBooksAgree("same");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("failures")
  void one_of_another_language_answers(String name, Script failure) {
    for (boolean stream : List.of(true, false)) {
      world.simulator().next(failure);
      openAi.next(Script.answer().text("Because of " + name + "."));
      var answer = ask("abroad", stream);
      assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
      assertThat(text(answer)).contains(name).doesNotContain("event: error");
    }
    providers.assertBooksAgree("abroad");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("failures")
  void nothing_of_the_first_attempt_is_left_in_the_second(String name, Script failure) {
    for (boolean stream : List.of(true, false)) {
      openAi.next(failure);
      spare.next(Script.answer().text("Because of " + name + "."));
      var answer = ask("home", stream);
      assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
      assertThat(text(answer)).contains(name);
      var received = spare.requests().getLast();
      assertThat(received.target()).isEqualTo("/v1/messages?beta=true");
      assertThat(received.header("anthropic-version")).hasValue("2023-06-01");
      assertThat(received.header("anthropic-beta")).hasValue("interleaved-thinking-2025-05-14");
      assertThat(received.header("authorization")).isEmpty();
      assertThat(received.header("x-api-key")).hasValue(SimulatorConfig.API_KEY);
    }
    providers.assertBooksAgree("home");
  }

  @ParameterizedTest
  @ValueSource(strings = {"same", "home"})
  void a_session_that_was_elsewhere_goes_on_without_the_thoughts_of_others(String key) {
    var first = key.equals("home") ? openAi : world.simulator();
    first.next(Script.overloaded());
    spare.next(Script.answer().text("Here again."));
    var thought = "{\"type\":\"thinking\",\"thinking\":\"Hm.\",\"signature\":\"sluice.openai.YQ\"}";
    var answer =
        providers.ask(
            key,
            """
            {"model":"fast","max_tokens":300,"stream":true,"messages":[
             {"role":"user","content":"Why?"},
             {"role":"assistant","content":[%s,{"type":"text","text":"Because."}]},
             {"role":"user","content":"Really?"}]}"""
                .formatted(thought));
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(text(answer)).contains("Here again.");
    assertThat(answer.headers().firstValue("x-sluice-untold").orElse(""))
        .contains("messages.thinking");
    providers.assertBooksAgree(key);
  }

  @Test
  void a_provider_that_is_down_is_passed_over() {
    spare.next(Script.answer().text("Here."));
    var answer = ask("gone", true);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(text(answer)).contains("Here.");
    providers.assertBooksAgree("gone");
  }

  @Test
  void a_provider_that_is_too_slow_is_passed_over_and_what_it_may_bill_is_posted() {
    world.simulator().next(Script.answer().text("Too late.").stall(SILENCE));
    spare.next(Script.answer().text("In time."));
    var answer = ask("late", true);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(text(answer)).contains("In time.").doesNotContain("Too late.");
    var usage = providers.usage("late", 2);
    assertThat(usage)
        .anySatisfy(
            one -> {
              assertThat(one.path("provider").asString()).isEqualTo("slow");
              assertThat(one.path("outcome").asString()).isEqualTo("upstream_unavailable");
              assertThat(new BigDecimal(one.path("costUsd").asString())).isPositive();
            });
    world.simulator().settledBill();
  }

  /// Whether the provider has done its work by then, nobody tells.
  @ParameterizedTest
  @EnumSource(
      value = Ending.class,
      names = {"RST", "FIN"})
  void what_a_connection_that_breaks_before_the_answer_may_cost_is_posted(Ending ending) {
    for (var script : List.of(LOST.lost(ending), Script.hangUp(ending))) {
      world.simulator().next(script);
      spare.next(Script.answer().text("Because."));
      var answer = ask("same", true);
      assertThat(answer.statusCode()).isEqualTo(200);
      var billed = world.simulator().settledBill().entries().getLast().usd();
      assertThat(providers.usage("same", answer, 2))
          .filteredOn(one -> one.path("provider").asString().equals("first"))
          .singleElement()
          .satisfies(one -> assertLost(one, billed));
    }
    providers.assertBooksAgree("same");
  }

  private static void assertLost(JsonNode usage, BigDecimal billed) {
    assertThat(usage.path("outcome").asString()).isEqualTo("upstream_unavailable");
    assertThat(usage.path("estimated").asBoolean()).isTrue();
    assertThat(new BigDecimal(usage.path("costUsd").asString()))
        .isPositive()
        .isGreaterThanOrEqualTo(billed);
  }

  /// With others before it in the plan, or alone.
  @ParameterizedTest
  @ValueSource(strings = {"same", "asked"})
  void what_the_last_connection_that_breaks_may_cost_is_posted(String key) {
    for (boolean stream : List.of(true, false)) {
      var last = key.equals("same") ? spare : world.simulator();
      world.simulator().next(key.equals("same") ? Script.overloaded() : LOST.lost(Ending.FIN));
      spare.next(LOST.lost(Ending.RST));
      var answer = ask(key, stream);
      assertThat(answer.statusCode()).isEqualTo(503);
      var billed = last.settledBill().entries().getLast().usd();
      assertThat(billed).isPositive();
      assertThat(providers.usage(key, answer, key.equals("same") ? 2 : 1))
          .anySatisfy(one -> assertLost(one, billed));
      spare.clearScripts();
    }
    providers.assertBooksAgree(key);
  }

  @Test
  void an_answer_in_one_piece_that_breaks_off_is_paid_for_and_asks_for_no_rest() {
    for (int i = 0; i < 2; i++) {
      world.simulator().next(Script.answer().textOfTokens(250).cutAt(100, Ending.FIN));
      long before = world.simulator().received();
      // Of the answer the client may see some, or none.
      var _ = catchThrowable(() -> ask("torn", false));
      assertThat(world.simulator().received()).isEqualTo(before + 1);
    }
    var billed = world.simulator().settledBill().entries().getLast().usd();
    assertThat(providers.usage("torn", 2))
        .allSatisfy(
            one -> {
              assertThat(one.path("outcome").asString()).isEqualTo("broken");
              assertThat(new BigDecimal(one.path("costUsd").asString()))
                  .isGreaterThanOrEqualTo(billed);
            });
    providers.assertBooksAgree("torn");
  }

  @Test
  void the_last_failure_is_the_clients() {
    world.simulator().next(Script.overloaded());
    spare.next(Script.rateLimited());
    var answer = ask("same", true);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(429);
    assertThat(text(answer)).contains("rate_limit_error");
    providers.assertBooksAgree("same");
  }

  @ParameterizedTest
  @ValueSource(strings = {"same", "home"})
  void an_error_that_says_that_it_is_worth_it_leads_to_the_next(String key) {
    var first = key.equals("home") ? openAi : world.simulator();
    var error = Script.fails(400, "invalid_request_error", "Not now.");
    first.next(error.header("x-should-retry", "true"), error);
    spare.next(Script.answer().text("Because."));
    var answer = ask(key, true);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    long before = spare.received();
    assertThat(ask(key, true).statusCode()).isEqualTo(400);
    assertThat(spare.received()).isEqualTo(before);
    providers.assertBooksAgree(key);
  }

  /// It is said of the same provider. The client gets what the last one says.
  @Test
  void an_error_that_says_that_it_is_not_worth_it_leads_to_the_next_all_the_same() {
    for (var failure : List.of(Script.overloaded(), Script.rateLimited())) {
      var firm = failure.header("x-should-retry", "false");
      world.simulator().next(firm, firm, Script.overloaded());
      spare.next(Script.answer().text("Because."), Script.overloaded(), firm);
      assertThat(ask("same", true).statusCode()).isEqualTo(200);
      assertThat(ask("same", true).headers().firstValue("x-should-retry")).isEmpty();
      assertThat(ask("same", true).headers().firstValue("x-should-retry")).hasValue("false");
    }
    providers.assertBooksAgree("same");
  }

  @Test
  void a_client_may_ask_again_where_the_last_provider_refuses_a_credential() {
    world.simulator().next(Script.overloaded());
    spare.next(Script.fails(401, "authentication_error", "invalid x-api-key"));
    var answer = ask("same", true);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(502);
    assertThat(text(answer)).contains("the gateway's credential for spare was refused");
    assertThat(answer.headers().firstValue("x-should-retry")).hasValue("true");
    providers.assertBooksAgree("same");
  }

  @Test
  void where_all_refuse_their_credentials_to_ask_again_is_of_no_use() {
    for (int status : List.of(401, 402, 403)) {
      world.simulator().next(Script.fails(401, "authentication_error", "invalid x-api-key"));
      spare.next(Script.fails(status, "permission_error", "not for you"));
      var answer = ask("same", true);
      assertThat(answer.statusCode()).as(text(answer)).isEqualTo(502);
      assertThat(answer.headers().firstValue("x-should-retry")).hasValue("false");
    }
    providers.assertBooksAgree("same");
  }

  /// An error is kept while it is put into other words, or the meter reads it: that it was one is
  /// known, whatever the client gets in its place.
  @ParameterizedTest
  @ValueSource(strings = {"abroad", "same"})
  void an_error_that_breaks_off_is_not_paid_for(String key) {
    var last = key.equals("same") ? spare : openAi;
    int before = world.usage(key).size();
    world.simulator().next(Script.overloaded());
    last.next(Script.fails(404, "not_found_error", "x".repeat(400)).cutAt(100, Ending.RST));
    assertThat(ask(key, false).statusCode()).isGreaterThanOrEqualTo(400);
    var two = providers.usage(key, before + 2);
    assertThat(two.subList(before, two.size()))
        .allSatisfy(one -> assertThat(one.path("costUsd").asString()).isEqualTo("0"));
    providers.assertBooksAgree(key);
  }

  @Test
  void a_provider_that_fails_in_a_row_is_left_alone_and_returns() {
    for (int i = 0; i < 2; i++) {
      world.simulator().next(Script.overloaded());
      assertThat(ask("shy", true).statusCode()).isEqualTo(200);
    }
    world.simulator().awaitIdle(Duration.ofSeconds(5));
    long before = world.simulator().received();
    Awaitility.await().until(() -> ask("shy", true).statusCode() == 200);
    assertThat(world.simulator().received()).isEqualTo(before);
    Awaitility.await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(250))
        .until(() -> ask("shy", true).statusCode() == 200 && world.simulator().received() > before);
    providers.assertBooksAgree("shy");
  }

  @Test
  void one_that_asks_for_a_rest_has_it() {
    world.simulator().next(Script.rateLimited().retryAfter(Duration.ofSeconds(60)));
    assertThat(ask("worn", true).statusCode()).isEqualTo(200);
    Awaitility.await()
        .untilAsserted(
            () -> {
              long before = world.simulator().received();
              assertThat(ask("worn", true).statusCode()).isEqualTo(200);
              assertThat(world.simulator().received()).isEqualTo(before);
            });
  }

  @Test
  void where_the_next_provider_is_too_dear_the_client_hears_of_the_failure() {
    openAi.next(Script.overloaded());
    var answer = ask("poor", false); // The start of a stream could be paid for.
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(503);
    assertThat(text(answer)).contains("the provider failed, and no other could serve");
    assertThat(answer.headers().firstValue("retry-after")).isPresent();
    assertThat(answer.headers().firstValue("x-should-retry")).isEmpty();
    providers.assertBooksAgree("poor");
  }

  /// A document cannot be told to `plain`, by whatever way it is reached.
  @Test
  void a_place_whose_language_cannot_say_the_request_is_passed_over() {
    for (var key : List.of("wordless", "around")) {
      if (key.equals("around")) {
        world.simulator().next(Script.overloaded());
      }
      spare.next(Script.answer().text("I have read it."));
      long before = openAi.received();
      var answer = providers.ask(key, true, DOCUMENT);
      assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
      assertThat(text(answer)).contains("I have read it.");
      assertThat(openAi.received()).isEqualTo(before);
      providers.assertBooksAgree(key);
    }
  }

  @Test
  void where_all_are_down_one_sentence_says_so() {
    var answer = ask("all-gone", true);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(503);
    assertThat(text(answer)).contains("the provider cannot be reached");
  }
}
