package dev.sluice.testkit.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.billing.Outcome;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.http.Ending;
import dev.sluice.testkit.script.Script;
import dev.sluice.testkit.script.SseFlavour;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

class DeliveryTest {

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Script SHORT =
      Script.answer().text("Hi you.").tool("Read", Map.of("file_path", "a \"b\".txt"));

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
  void a_simulator_that_left_cannot_be_reached_until_it_comes_back() {
    assertThat(client.post(Client.body()).statusCode()).isEqualTo(200);
    simulator.leave();
    assertThatThrownBy(() -> client.post(Client.body())).isInstanceOf(UncheckedIOException.class);
    simulator.comeBack();
    assertThat(client.post(Client.body()).statusCode()).isEqualTo(200);
  }

  @Test
  void a_stream_has_all_events_in_their_order() {
    simulator.next(Script.answer().thinking("Hm.").text("Hi.").tool("Read", Map.of()));
    var body = Client.body();
    body.set("thinking", Client.json("{\"type\":\"adaptive\"}"));
    assertThat(Client.text(client.post(body)).lines().filter(line -> line.startsWith("event")))
        .map(line -> line.substring("event: ".length()))
        .containsExactly(
            "message_start",
            "ping",
            "content_block_start",
            "content_block_delta",
            "content_block_delta",
            "content_block_stop",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "content_block_start",
            "content_block_delta",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop");
  }

  @Test
  void the_thinking_it_signed_is_accepted_and_nothing_else() {
    simulator.next(Script.answer().thinking("A plan.").text("Done."));
    var body = Client.body().put("stream", false);
    body.set("thinking", Client.json("{\"type\":\"adaptive\"}"));
    var content = Client.json(client.post(body)).path("content");
    var messages = body.withArray("messages");
    messages.addObject().put("role", "assistant").set("content", content);
    messages.addObject().put("role", "user").put("content", "go on");
    assertThat(client.post(body).statusCode()).isEqualTo(200);
    ((ObjectNode) content.path(0)).put("thinking", "Another plan.");
    assertThat(Client.text(client.post(body))).contains("Invalid `signature`");
  }

  @Test
  void a_cut_at_any_byte_delivers_exactly_the_bytes_before_it() throws Exception {
    var whole = events(SHORT);
    for (var at = 0; at <= whole.length(); at += 7) {
      simulator.next(SHORT.cutAt(at, Ending.CLEAN));
      var cut = Client.text(client.post(Client.body()));
      assertThat(cut).hasSize(at);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Ending.class,
      names = {"FIN", "RST"})
  void a_broken_connection_shows_as_one(Ending ending) {
    simulator.next(SHORT.cutAt(500, ending));
    assertThatThrownBy(() -> client.post(Client.body())).isInstanceOf(UncheckedIOException.class);
    simulator.next(Script.hangUp(ending));
    assertThatThrownBy(() -> client.post(Client.body())).isInstanceOf(UncheckedIOException.class);
    assertThat(simulator.awaitIdle(SOON)).isTrue();
    assertThat(simulator.bill().entries())
        .extracting(entry -> entry.outcome())
        .contains(Outcome.ERROR, Outcome.REFUSED);
  }

  @Test
  void single_bytes_and_gzip_carry_the_same_events() throws Exception {
    var whole = unique(events(SHORT));
    assertThat(unique(events(SHORT.chunks(1)))).isEqualTo(whole);
    simulator.next(SHORT.gzip().chunks(3));
    var zipped = new GZIPInputStream(new ByteArrayInputStream(client.post(Client.body()).body()));
    var text = new String(zipped.readAllBytes(), StandardCharsets.UTF_8);
    assertThat(unique(text)).isEqualTo(whole);
  }

  @Test
  void flavours_differ_only_in_their_frame() {
    var plain = unique(events(SHORT));
    assertThat(unique(events(SHORT.flavour(SseFlavour.CRLF))))
        .isEqualTo(plain.replace("\n", "\r\n"));
    assertThat(unique(events(SHORT.flavour(SseFlavour.NO_SPACE))))
        .isEqualTo(plain.replace("event: ", "event:").replace("data: ", "data:"));
    assertThat(unique(events(SHORT.flavour(SseFlavour.COMMENTS))).replace(": data: {}\n", ""))
        .isEqualTo(plain);
  }

  @Test
  void stalls_in_mid_stream_for_as_long_as_told() {
    var begun = System.nanoTime();
    events(SHORT.stallAfter(3, Duration.ofMillis(300)));
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(290));
  }

  @Test
  void a_rule_wins_over_the_queue_and_its_last_script_stays() {
    simulator
        .when(
            call -> call.userText().contains("say hi"),
            Script.answer().text("one"),
            Script.answer().text("two"))
        .next(Script.answer().text("queued"));
    assertThat(events()).contains("\"one\"");
    assertThat(events()).contains("\"two\"");
    assertThat(events()).contains("\"two\"");
    simulator.clearScripts();
    assertThat(events()).contains("request flow");
  }

  @Test
  void serves_64_paced_streams_at_once() throws Exception {
    var streams = 64;
    simulator.otherwise(_ -> Script.answer().textOfTokens(200).pace(Duration.ofMillis(5)));
    var done = new CountDownLatch(streams);
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var i = 0; i < streams; i++) {
        callers.execute(
            () -> {
              assertThat(Client.text(client.post(Client.body()))).contains("message_stop");
              done.countDown();
            });
      }
    }
    assertThat(done.getCount()).isZero();
    assertThat(simulator.awaitIdle(SOON)).isTrue();
    assertThat(simulator.bill().usage().output()).isEqualTo(200L * streams);
  }

  private String events(Script script) {
    simulator.next(script);
    return events();
  }

  private String events() {
    return Client.text(client.post(Client.body()));
  }

  /// Without the ids that differ from request to request.
  private static String unique(String text) {
    return text.replaceAll("req_[0-9a-z_]+?_[0-9]{6}", "req");
  }

  @Test
  void malformed_requests_are_violations() throws IOException {
    for (var request :
        new String[] {
          "GET /v1/models HTTP/1.0\r\nhost: a\r\n\r\n",
          "GET /v1/models HTTP/1.1\r\n\r\n",
          "GET /v1/models HTTP/1.1\nhost: a\n\n",
          "GET /v1/models HTTP/1.1\r\nhost : a\r\n\r\n",
          "GET /v1/models HTTP/1.1\r\nhost: a\r\n folded\r\n\r\n",
          "POST /v1/messages HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\n"
              + "transfer-encoding: chunked\r\n\r\n",
          "POST /v1/messages HTTP/1.1\r\nhost: a\r\ncontent-length: 33554433\r\n\r\n",
        }) {
      try (var socket = client.connect()) {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(answer).as(request).contains("\"type\":\"error\"", "malformed HTTP");
      }
    }
    assertThat(simulator.violations()).hasSize(7);
  }
}
