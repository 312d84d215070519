package dev.sluice.testkit.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.billing.BillEntry;
import dev.sluice.testkit.billing.Outcome;
import dev.sluice.testkit.http.Ending;
import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.script.Script;
import dev.sluice.testkit.script.SseFlavour;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class DeliveryTest {

  private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");
  private static final Script SHORT =
      Script.answer().text("Hi you.").tool("Read", Map.of("file_path", "a \"b\".txt"));

  private OpenAiSimulator simulator;
  private Client client;

  @BeforeEach
  void start() {
    simulator = OpenAiSimulator.start(OpenAiConfig.standard().withClock(() -> NOW));
    client = new Client(simulator);
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {Client.CHAT, Client.RESPONSES})
  void a_cut_at_any_byte_delivers_exactly_the_bytes_before_it(String path) {
    simulator.next(SHORT);
    var length = client.post(path, body(path)).body().length;
    for (var at = 0; at <= length; at += 7) {
      simulator.next(SHORT.cutAt(at, Ending.CLEAN));
      assertThat(client.post(path, body(path)).body()).hasSize(at);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {Client.CHAT, Client.RESPONSES})
  void single_bytes_gzip_and_flavours_carry_the_same_events(String path) throws IOException {
    var whole = stream(path, SHORT);
    assertThat(stream(path, SHORT.chunks(1))).isEqualTo(whole);
    assertThat(stream(path, SHORT.flavour(SseFlavour.CRLF))).isEqualTo(whole.replace("\n", "\r\n"));
    assertThat(stream(path, SHORT.flavour(SseFlavour.NO_SPACE)))
        .isEqualTo(whole.replace("event: ", "event:").replace("data: ", "data:"));
    simulator.next(SHORT.gzip().chunks(3));
    var zipped = client.post(path, body(path)).body();
    var unzipped = new GZIPInputStream(new ByteArrayInputStream(zipped)).readAllBytes();
    assertThat(alike(new String(unzipped, StandardCharsets.UTF_8))).isEqualTo(whole);
  }

  @ParameterizedTest
  @EnumSource(
      value = Ending.class,
      names = {"FIN", "RST"})
  void a_broken_connection_shows_as_one(Ending ending) {
    simulator.next(SHORT.cutAt(300, ending));
    assertThatThrownBy(() -> client.post(Client.CHAT, body(Client.CHAT)))
        .isInstanceOf(UncheckedIOException.class);
    simulator.next(Script.hangUp(ending));
    assertThatThrownBy(() -> client.post(Client.CHAT, body(Client.CHAT)))
        .isInstanceOf(UncheckedIOException.class);
    assertThat(simulator.settledBill().entries())
        .extracting(BillEntry::outcome)
        .contains(Outcome.ERROR, Outcome.REFUSED);
  }

  @Test
  void stalls_in_mid_stream_for_as_long_as_told() {
    var begun = System.nanoTime();
    stream(Client.CHAT, SHORT.stallAfter(2, Duration.ofMillis(300)));
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(290));
  }

  @Test
  void an_error_in_mid_stream_bills_what_was_generated() {
    var script = Script.answer().textOfTokens(100).errorAfter(3, "overloaded_error", "Overloaded");
    var text = stream(Client.CHAT, script);
    assertThat(text).contains("\"error\":{\"message\":\"Overloaded\",\"type\":\"server_error\"");
    assertThat(text).doesNotContain("[DONE]", "finish_reason\":\"stop");
    assertThat(simulator.settledBill().entries().getFirst())
        .returns(Outcome.ERROR, BillEntry::outcome)
        .returns(10L, entry -> entry.usage().output());
  }

  @Test
  void failures_are_told_as_this_provider_tells_them_and_cost_nothing() {
    simulator.next(
        Script.rateLimited().retryAfter(Duration.ofSeconds(2)),
        Script.overloaded(),
        Script.fails(500, "api_error", "Broken"),
        Script.fails(429, "insufficient_quota", "Pay."),
        Script.page(502, "text/html", "<html>Bad gateway</html>"),
        Script.answer().text("never").errorAfter(0, "rate_limit_error", "Later."));
    var limited = client.post(Client.CHAT, body(Client.CHAT));
    assertThat(limited.headers().firstValue("retry-after")).contains("2");
    assertThat(limited.statusCode()).isEqualTo(429);
    assertThat(Client.text(limited)).contains("\"code\":\"rate_limit_exceeded\"");
    assertThat(client.post(Client.CHAT, body(Client.CHAT)).statusCode()).isEqualTo(503);
    assertThat(client.post(Client.RESPONSES, body(Client.RESPONSES)).statusCode()).isEqualTo(500);
    assertThat(Client.text(client.post(Client.CHAT, body(Client.CHAT))))
        .contains("\"code\":\"insufficient_quota\"");
    assertThat(Client.text(client.post(Client.CHAT, body(Client.CHAT)))).startsWith("<html>");
    var whole = client.post(Client.CHAT, body(Client.CHAT).put("stream", false));
    assertThat(whole.statusCode()).isEqualTo(429);
    assertThat(simulator.settledBill().entries())
        .hasSize(6)
        .allMatch(entry -> entry.outcome() == Outcome.REFUSED);
    assertThat(simulator.bill().usd()).isZero();
  }

  private String stream(String path, Script script) {
    simulator.next(script);
    return alike(Client.text(client.post(path, body(path))));
  }

  private static ObjectNode body(String path) {
    return path.equals(Client.CHAT) ? Client.chat("gpt-4.1") : Client.response("gpt-4.1");
  }

  /// Without the ids that differ from request to request.
  private static String alike(String text) {
    return text.replaceAll("(?<=(chatcmpl-|call_|resp_|msg_|fc_))[0-9a-f]{24,50}", "0");
  }
}
