package dev.sluice.e2e.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.testkit.ClaudeCode;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.provider.Simulator;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/// Gateways before providers of other languages, and a key for each of these: the key is called as
/// its provider is.
public interface Foreign extends AutoCloseable {

  Duration SOON = Duration.ofSeconds(10);

  /// All that spend.
  List<String> keys();

  GatewayProcess gateway(String key);

  /// What the provider of a key is.
  Simulator simulator(String key);

  List<Simulator> simulators();

  default ClaudeCode claude(String key) {
    return ClaudeCode.at(gateway(key).address(), gateway(key).key(key));
  }

  /// A short question in the Messages API.
  ///
  /// @param more members of the body, with a comma before the first
  default HttpResponse<byte[]> ask(
      String key, String target, String said, String more, Header... others) {
    return send(key, target, question(said, more), others);
  }

  private static String question(String said, String more) {
    return """
    {"model":"claude-opus-5-5","max_tokens":100,"messages":[{"role":"user","content":"%s"}]%s}"""
        .formatted(said, more);
  }

  default HttpResponse<byte[]> send(String key, String target, String body, Header... others) {
    return client(key).whole(request(target, body, others));
  }

  private RecordedClient client(String key) {
    return new RecordedClient(gateway(key).address(), gateway(key).key(key));
  }

  private static RecordedTraffic.Request request(String target, String body, Header... others) {
    var headers = new ArrayList<>(List.of(others));
    headers.add(new Header("content-type", "application/json"));
    headers.add(new Header("anthropic-version", "2023-06-01"));
    var http = new HttpRequest("POST", target, headers, body.getBytes(StandardCharsets.UTF_8));
    return new RecordedTraffic.Request("small", http);
  }

  default HttpResponse<byte[]> stream(String key, Header... others) {
    return ask(key, "/v1/messages", "Why?", ",\"stream\":true", others);
  }

  /// The same, as soon as its head is there.
  default HttpResponse<InputStream> open(String key) {
    return client(key).open(request("/v1/messages", question("Why?", ",\"stream\":true")));
  }

  static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  /// Every call was played, and none was as it should not be.
  default void assertNoCallIsLeft() {
    for (var simulator : simulators()) {
      simulator.clearScripts();
      assertThat(simulator.violations()).isEmpty();
    }
  }

  /// What is posted for all keys is what all providers bill.
  default void assertBooksAgree() {
    var billed =
        simulators().stream()
            .map(simulator -> simulator.settledBill().usd())
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(posted()).isEqualByComparingTo(billed));
  }

  private BigDecimal posted() {
    return keys().stream()
        .map(key -> gateway(key).budgets(key).get(0).path("posted").asString())
        .map(BigDecimal::new)
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  @Override
  void close();
}
