package dev.sluice.e2e.failover;

import static dev.sluice.e2e.failover.FailingProviders.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.provider.Simulator;
import dev.sluice.testkit.script.Script;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Fallbacks that a client asks for in its body, with a key that has none of its own. Every
/// simulator refuses a member that its provider does not know.
final class AskedFallbacksE2E {

  private static final String MESSAGES = "/v1/messages";
  private static final String ASKED = "\"fallbacks\":[\"no-such-model\",\"gpt/gpt-4.1\"]";

  private static FailingProviders providers;

  @BeforeAll
  static void start() {
    providers = FailingProviders.start();
  }

  @AfterAll
  static void stop() {
    providers.close();
  }

  @AfterEach
  void nothing_is_left_and_the_books_agree() {
    for (Simulator simulator : List.of(providers.world().simulator(), providers.openAi())) {
      simulator.clearScripts();
      assertThat(simulator.violations()).isEmpty();
    }
    providers.assertBooksAgree("asked");
  }

  private static String body(String path, String members) {
    boolean response = path.endsWith("responses");
    return """
    {"model":"claude-opus-5-5"%s,"max%s_tokens":300,"%s":[{"role":"user","content":"Why?"}]}"""
        .formatted(members, response ? "_output" : "", response ? "input" : "messages");
  }

  private static HttpResponse<byte[]> ask(String path, String members, Header... more) {
    var headers = new ArrayList<>(List.of(more));
    headers.add(new Header("content-type", "application/json"));
    headers.add(new Header("anthropic-version", "2023-06-01"));
    var body = body(path, "," + members).getBytes(StandardCharsets.UTF_8);
    var http = new HttpRequest("POST", path, headers, body);
    var gateway = providers.world().gateway();
    return new RecordedClient(gateway.address(), gateway.key("asked"))
        .whole(new RecordedTraffic.Request("asked", http));
  }

  /// The last body that the key's own provider was sent.
  private static void assertSent(String body) throws NoSuchAlgorithmException {
    var sha256 = MessageDigest.getInstance("SHA-256");
    var digest = HexFormat.of().formatHex(sha256.digest(body.getBytes(StandardCharsets.UTF_8)));
    assertThat(providers.world().simulator().requests().getLast().bodySha256()).isEqualTo(digest);
  }

  private static void assertAnswered(HttpResponse<byte[]> answer, String by) {
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(text(answer)).contains(by);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/messages,true",
    "/v1/messages,false",
    "/v1/chat/completions,true",
    "/v1/chat/completions,false",
    "/v1/responses,true",
    "/v1/responses,false"
  })
  void the_model_that_the_body_names_answers_after_a_failure(String path, boolean stream) {
    int before = providers.world().usage("asked").size();
    providers.world().simulator().next(Script.overloaded());
    providers.openAi().next(Script.answer().text("From afar."));
    var asked = ASKED + ",\"stream\":" + stream;
    var answer = ask(path, asked);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    var two = providers.usage("asked", before + 2);
    assertThat(two.subList(before, two.size()))
        .extracting(record -> record.path("provider").asString())
        .contains("gpt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/messages", "/v1/chat/completions", "/v1/responses"})
  void the_provider_that_answers_first_is_not_sent_the_member(String path) throws Exception {
    providers.world().simulator().next(Script.answer().text("From here."));
    assertAnswered(ask(path, ASKED), "From here.");
    if (path.equals(MESSAGES)) {
      assertSent(body(path, ""));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/messages", "/v1/chat/completions", "/v1/responses"})
  void the_model_that_the_header_names_answers_after_a_failure(String path) {
    int before = providers.world().usage("asked").size();
    providers.world().simulator().next(Script.overloaded());
    providers.openAi().next(Script.answer().text("From afar."));
    var header = new Header("x-sluice-fallbacks", "no-such-model, gpt/gpt-4.1");
    assertAnswered(ask(path, "\"stream\":true", header), "From afar.");
    var served = providers.usage("asked", before + 2);
    assertThat(served.subList(before, served.size()))
        .extracting(record -> record.path("provider").asString())
        .contains("gpt");
  }

  @Test
  void a_header_stands_in_place_of_the_body() {
    providers.world().simulator().next(Script.overloaded());
    var received = providers.openAi().received();
    var header = new Header("x-sluice-fallbacks", "no-such-model");
    assertThat(ask(MESSAGES, ASKED, header).statusCode()).isEqualTo(529);
    assertThat(providers.openAi().received()).isEqualTo(received);
  }

  @Test
  void what_is_not_allowed_does_not_serve() {
    providers.world().simulator().next(Script.overloaded());
    var received = providers.spare().received();
    assertThat(ask(MESSAGES, "\"fallbacks\":[\"spare/claude-opus-5-5\"]").statusCode())
        .isEqualTo(529);
    assertThat(providers.spare().received()).isEqualTo(received);
  }

  @Test
  void the_member_of_a_beta_of_anthropic_is_left_out_and_named() throws Exception {
    providers.world().simulator().next(Script.answer().text("From here."));
    var beta = new Header("anthropic-beta", "server-side-fallback-2026-06-01");
    var asked = "\"fallbacks\":[{\"model\":\"claude-haiku-4-5-20251001\",\"max_tokens\":20}]";
    var answer = ask(MESSAGES, asked, beta);
    assertAnswered(answer, "From here.");
    assertThat(answer.headers().firstValue("x-sluice-untold")).contains("fallbacks");
    assertSent(body(MESSAGES, ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/messages", "/v1/chat/completions", "/v1/responses"})
  void a_value_that_cannot_be_is_refused_with_a_sentence(String path) {
    var answer = ask(path, "\"fallbacks\":[\"a\",{\"model\":\"b\",\"messages\":[]}]");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(text(answer))
        .contains("fallbacks.1.messages: an array (expected: no member but model)");
  }
}
