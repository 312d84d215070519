package dev.sluice.e2e.rivals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.http.Ending;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.provider.ReceivedRequest;
import dev.sluice.testkit.provider.Simulator;
import dev.sluice.testkit.script.Script;
import dev.sluice.testkit.script.SseFlavour;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// How the language of the Messages API failed the users of other gateways, each by the number of
/// its issue, with all parts of ours in the way. What needs no Envoy is in the tests of `wire`.
@Timeout(60) // Rivals hang.
final class BugsOfRivalsE2E {

  private static final String WORDS = "Because of this, and of that.";
  private static final String END = "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

  private static RivalWorld rivals;

  @BeforeAll
  static void start() {
    rivals = RivalWorld.start();
  }

  @AfterAll
  static void stop() {
    rivals.close();
  }

  @AfterEach
  void no_call_is_left() {
    rivals.assertNoCallIsLeft();
  }

  private static Simulator of(String key) {
    return switch (key) {
      case "chat", "poor" -> rivals.openAi();
      case "aws" -> rivals.bedrock();
      default -> rivals.world().simulator();
    };
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static JsonNode json(HttpResponse<byte[]> answer) {
    return JsonMapper.shared().readTree(answer.body());
  }

  /// What the deltas of a stream have for text.
  private static String said(HttpResponse<byte[]> answer) {
    var said = new StringBuilder();
    for (var line : text(answer).split("\n")) {
      if (line.startsWith("data:") && line.contains("text_delta")) {
        var delta = JsonMapper.shared().readTree(line.substring(5)).path("delta");
        said.append(delta.path("text").asString(""));
      }
    }
    return said.toString();
  }

  private static ReceivedRequest received(String key) {
    return of(key).requests().getLast();
  }

  /// Bifrost #4556 and the second start of a block; Envoy AI Gateway #2155 and #2548 too, since the
  /// flavours have neither spaces nor only events.
  @ParameterizedTest
  @EnumSource(SseFlavour.class)
  void each_flavour_of_a_stream_becomes_one_message_whose_blocks_start_once(SseFlavour flavour) {
    for (var key : List.of("home", "chat")) {
      of(key).next(Script.answer().text(WORDS).flavour(flavour));
      var answer = rivals.stream(key);
      var types =
          text(answer)
              .lines()
              .map(line -> line.replace(" ", ""))
              .filter(line -> line.startsWith("data:{"))
              .map(line -> JsonMapper.shared().readTree(line.substring(5)).path("type").asString())
              .filter(type -> !type.equals("content_block_delta") && !type.equals("ping"))
              .toList();
      assertThat(types)
          .containsExactly(
              "message_start",
              "content_block_start",
              "content_block_stop",
              "message_delta",
              "message_stop");
      assertThat(said(answer)).isEqualTo(WORDS);
    }
  }

  /// Envoy AI Gateway #2548: a ping is no chunk.
  @Test
  void pings_of_claude_do_not_reach_a_program_that_speaks_openai() {
    of("home").next(Script.answer().text(WORDS).flavour(SseFlavour.NO_SPACE));
    var answer = text(rivals.chat("home", true));
    assertThat(answer).doesNotContain("\"ping\"").endsWith("data: [DONE]\n\n");
    var chunks = Arrays.stream(answer.split("\n")).filter(line -> line.startsWith("data: {"));
    assertThat(chunks)
        .allSatisfy(
            line ->
                assertThat(JsonMapper.shared().readTree(line.substring(6)).has("choices"))
                    .isTrue());
  }

  /// Bifrost #6784: a stream without `[DONE]` made its client wait for ever.
  @Test
  void a_stream_without_done_ends() {
    var chunk =
        "data: {\"id\":\"a\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Because.\"},"
            + "\"finish_reason\":\"stop\"}]}\n\n";
    of("chat").next(Script.page(200, "text/event-stream", chunk));
    assertThat(text(rivals.stream("chat"))).contains("Because.").endsWith(END);
  }

  /// Envoy AI Gateway #1927: an answer that is compressed is not read.
  @ParameterizedTest
  @ValueSource(strings = {"home", "chat", "aws"})
  void a_compressed_answer_is_read_counted_and_ended(String key) {
    var ids = new HashSet<String>();
    for (boolean stream : new boolean[] {true, false}) {
      of(key).next(Script.answer().text(WORDS).gzip());
      var answer = stream ? rivals.stream(key) : rivals.ask(key, RivalWorld.question("fast", ""));
      assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
      assertThat(answer.headers().firstValue("content-encoding")).isEmpty();
      assertThat(text(answer)).contains(stream ? "message_stop" : WORDS);
      ids.add(answer.headers().firstValue("request-id").orElseThrow());
    }
    // Records of what was asked before may come meanwhile.
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(rivals.world().usage(key))
                    .filteredOn(usage -> ids.contains(usage.path("requestId").asString()))
                    .hasSize(2)
                    .allSatisfy(
                        usage -> {
                          assertThat(usage.path("tokens").path("output").asLong()).isPositive();
                          assertThat(usage.path("outcome").asString()).isEqualTo("completed");
                        }));
  }

  /// The same of an error: its body is not read, and nothing waits for its end.
  @ParameterizedTest
  @ValueSource(strings = {"home", "chat", "aws"})
  void a_compressed_error_is_told_by_its_status(String key) {
    of(key)
        .next(
            Script.page(503, "text/html", "<html>away</html>").gzip(),
            Script.rateLimited().gzip(),
            Script.fails(401, "authentication_error", "of org_123").gzip());
    for (int status : new int[] {503, 429, 502}) {
      var answer = rivals.stream(key);
      assertThat(answer.statusCode()).as(text(answer)).isEqualTo(status);
      assertThat(json(answer).path("type").asString()).isEqualTo("error");
      assertThat(text(answer)).doesNotContain("html", "org_123");
      assertThat(answer.headers().map().keySet()).noneMatch(name -> name.contains("sluice-int"));
    }
  }

  /// Nothing of a provider's account reaches a client: LiteLLM and Portkey hand its limits on.
  @ParameterizedTest
  @ValueSource(strings = {"home", "chat", "aws"})
  void no_header_tells_of_the_providers_account(String key) {
    of(key).next(Script.answer().text(WORDS).header("openai-organization", "org-of-ours"));
    assertThat(rivals.stream(key).headers().map().keySet())
        .noneMatch(name -> name.startsWith("x-ratelimit-") || name.startsWith("openai-"));
  }

  /// Envoy AI Gateway #1769: a cut stream of AWS looks whole, or hangs.
  @ParameterizedTest
  @EnumSource(Ending.class)
  void an_event_stream_of_aws_that_is_cut_ends_with_an_error(Ending ending) {
    of("aws").next(Script.answer().textOfTokens(200).cutAt(2_000, ending));
    try {
      var answer = rivals.stream("aws");
      assertThat(text(answer)).doesNotContain(END);
      // A connection that ends before its first frame has passed is an error with a status.
      assertThat(text(answer))
          .contains(answer.statusCode() == 200 ? "event: error\n" : "\"error\"");
    } catch (UncheckedIOException e) {
      // Once the head has passed, to Envoy both are a connection that broke.
      assertThat(ending)
          .as("what breaks does so for the client too: %s", e)
          .isNotEqualTo(Ending.CLEAN);
    }
  }

  /// Envoy AI Gateway #2391: the length of the provider's body is told of ours.
  @Test
  void no_length_of_another_body_is_told() {
    var chunk =
        "data: {\"id\":\"a\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"},"
            + "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    of("chat").next(Script.page(200, "text/event-stream", chunk));
    assertThat(rivals.stream("chat").headers().firstValue("content-length")).isEmpty();
    for (var key : List.of("chat", "aws", "home")) {
      of(key).next(Script.answer().text(WORDS));
      var answer = rivals.ask(key, RivalWorld.question("fast", ""));
      assertThat(json(answer).path("content").path(0).path("text").asString()).isEqualTo(WORDS);
      answer
          .headers()
          .firstValueAsLong("content-length")
          .ifPresent(length -> assertThat(length).isEqualTo(answer.body().length));
    }
  }

  /// Envoy AI Gateway #1322: what was made for the first provider reaches the next one.
  @Test
  void a_fallback_gets_the_clients_bytes_though_two_others_failed_before() {
    var body = RivalWorld.question("fast", ",\"metadata\":{ \"user_id\" : \"u\\u00e9\" }");
    var sent = body.replace("\"fast\"", "\"" + RivalWorld.CLAUDE + "\"");
    of("flees").next(Script.overloaded());
    rivals.openAi().next(Script.fails(500, "server_error", "away"));
    rivals.spare().next(Script.answer().text(WORDS));
    var answer = rivals.ask("flees", body);
    assertThat(text(answer)).contains(WORDS);
    assertThat(received("flees").bodySha256()).isEqualTo(sha256(sent));
    assertThat(rivals.spare().requests().getLast().bodySha256()).isEqualTo(sha256(sent));
  }

  /// Envoy AI Gateway #1340: `x-request-id` comes twice.
  @ParameterizedTest
  @ValueSource(strings = {"home", "chat", "aws"})
  void one_request_has_one_id_everywhere(String key) {
    of(key).next(Script.answer().text(WORDS).header("x-request-id", "theirs"));
    var answer = rivals.stream(key, new Header("x-request-id", "of-the-client"));
    var id = answer.headers().allValues("request-id");
    assertThat(id).hasSize(1).doesNotContain("theirs", "of-the-client");
    var sent = received(key).headers().stream().filter(header -> header.named("x-request-id"));
    assertThat(sent.map(Header::value)).isEqualTo(id);
    assertThat(answer.headers().allValues("x-request-id")).hasSize(1);
  }

  /// Envoy AI Gateway #2513: a refusal of the gateway is read as an answer of the provider.
  @Test
  void a_refusal_of_ours_is_translated_once_and_not_again() {
    long before = rivals.openAi().received();
    var refused = rivals.stream("poor");
    assertThat(refused.statusCode()).as(text(refused)).isBetween(400, 429);
    assertThat(json(refused).path("type").asString()).isEqualTo("error");
    assertThat(json(refused).path("error").path("message").asString())
        .contains("Budget of key poor");
    var toOpenAi = rivals.chat("poor", true);
    assertThat(toOpenAi.statusCode()).isEqualTo(refused.statusCode());
    assertThat(json(toOpenAi).path("error").path("message").asString())
        .startsWith("Budget of key poor")
        .doesNotContain("{");
    assertThat(rivals.openAi().received()).isEqualTo(before);
  }

  /// Envoy AI Gateway #2161: the code of an error is a number.
  @Test
  void a_provider_whose_error_codes_are_numbers_is_understood() {
    var error = "{\"error\":{\"message\":\"No room\",\"code\":429}}";
    of("chat").next(Script.page(429, "application/json", error));
    var answer = rivals.stream("chat");
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(json(answer).path("error").path("type").asString()).isEqualTo("rate_limit_error");
    of("chat").next(Script.page(200, "text/event-stream", "data: " + error + "\n\n"));
    assertThat(text(rivals.stream("chat"))).contains("event: error\n", "rate_limit_error");
  }

  /// A beta that Bedrock does not know makes it refuse the whole request.
  @Test
  void a_beta_that_bedrock_does_not_know_is_not_told_to_it() {
    of("aws").next(Script.answer().text(WORDS));
    var betas = new Header("anthropic-beta", "never-heard-of-2027,interleaved-thinking-2025-05-14");
    var answer = rivals.stream("aws", betas);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(answer.headers().firstValue("x-sluice-untold").orElse(""))
        .contains("never-heard-of-2027");
  }

  /// Bifrost #1479: the gateway judges by limits of its own what the provider would take.
  @Test
  void what_only_the_provider_can_judge_is_judged_by_the_provider_in_its_own_words() {
    var body = RivalWorld.question(RivalWorld.CLAUDE, ",'temperature':7.5,'top_k':-3");
    long before = of("home").received();
    var answer = rivals.ask("home", body);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(text(answer)).contains("invalid_request_error").contains("temperature");
    assertThat(of("home").received()).isEqualTo(before + 1);
    assertThat(received("home").bodySha256()).isEqualTo(sha256(body));
  }

  /// Bifrost #3383: another model's name is written into tools as well.
  @Test
  void only_the_model_is_renamed_and_no_other_byte() {
    var tool =
        ", 'tools':[{'name':'ask','input_schema':{'type':'object','properties':{'model':"
            + "{'type':'string','enum':['fast']}}}}], 'metadata':{'user_id':'fast'}";
    var body = RivalWorld.question("fast", tool);
    of("home").next(Script.answer().text(WORDS));
    assertThat(rivals.ask("home", body).statusCode()).isEqualTo(200);
    var sent = body.replace("\"model\":\"fast\"", "\"model\":\"" + RivalWorld.CLAUDE + "\"");
    assertThat(received("home").bodySha256()).isEqualTo(sha256(sent));
  }

  /// Bifrost #2347: the same tools come in another order each time.
  @ParameterizedTest
  @ValueSource(strings = {"chat", "aws"})
  void the_same_request_is_told_in_the_same_bytes(String key) {
    var one = "{'name':'%s','input_schema':{'type':'object','properties':{}}}";
    var tools = ",'tools':[" + one.formatted("b") + "," + one.formatted("a") + "]";
    var body = RivalWorld.question("fast", tools);
    for (int i = 0; i < 2; i++) {
      of(key).next(Script.answer().text(WORDS));
      assertThat(rivals.ask(key, body).statusCode()).isEqualTo(200);
    }
    var requests = of(key).requests();
    assertThat(requests.getLast().bodySha256())
        .isEqualTo(requests.get(requests.size() - 2).bodySha256());
  }

  private static String sha256(String text) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
