package dev.sluice.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.core.budget.Balance;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.usage.UsageRecord.Outcome;
import dev.sluice.ledger.MemoryLedger;
import dev.sluice.testkit.RealParts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The gateway behind a real Envoy: what it says is what Envoy does.
class EnvoyIT {

  /// What the provider was sent.
  private record Received(String path, String contentLength, String body) {}

  private final ManualClock clock = new ManualClock();
  private final MemoryLedger ledger = new MemoryLedger(clock);
  private final TestGateway gateway =
      new TestGateway(ledger, clock, HeartbeatTest.busy(GatewayConfig.DEFAULT));
  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private final CountDownLatch answer = new CountDownLatch(1);
  private HttpServer provider;
  private Process envoy;
  private int port;

  @TempDir Path folder;

  @BeforeEach
  void start() throws Exception {
    provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    provider.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    provider.createContext("/", this::answer);
    provider.start();
    var config = folder.resolve("envoy.json");
    var template = getClass().getResourceAsStream("/envoy-it.json").readAllBytes();
    Files.writeString(
        config,
        new String(template, StandardCharsets.UTF_8)
            .replace("${admin}", folder.resolve("admin").toString())
            .replace("${grpc}", Integer.toString(gateway.port()))
            .replace("${provider}", Integer.toString(provider.getAddress().getPort())));
    var log = folder.resolve("envoy.log");
    envoy =
        new ProcessBuilder(
                RealParts.envoy().toString(),
                "--config-path",
                config.toString(),
                "--use-dynamic-base-id",
                "--concurrency",
                "1")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> listening(log));
  }

  /// Envoy logs the port that it was given.
  private boolean listening(Path log) throws IOException {
    assertThat(envoy.isAlive()).as(Files.readString(log)).isTrue();
    var text = Files.readString(log);
    if (!text.contains("all dependencies initialized. starting workers")) {
      return false;
    }
    port = admin();
    return port > 0;
  }

  private int admin() throws IOException {
    var address = UnixDomainSocketAddress.of(folder.resolve("admin"));
    try (var channel = SocketChannel.open(address)) {
      var ask = "GET /listeners HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
      channel.write(ByteBuffer.wrap(ask.getBytes(StandardCharsets.US_ASCII)));
      var text =
          new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.US_ASCII);
      var found = Pattern.compile("in::127\\.0\\.0\\.1:(\\d+)").matcher(text);
      return found.find() ? Integer.parseInt(found.group(1)) : 0;
    }
  }

  @AfterEach
  void stop() throws Exception {
    answer.countDown();
    envoy.destroy();
    assertThat(envoy.waitFor(10, TimeUnit.SECONDS)).isTrue();
    provider.stop(0);
    gateway.close();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      received.add(
          new Received(
              exchange.getRequestURI().toString(),
              exchange.getRequestHeaders().getFirst("content-length"),
              body));
      if (body.contains("\"wait\"")) {
        answer.await();
      }
      exchange.sendResponseHeaders(529, -1);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static String body(String user, long maxTokens) {
    return "{\"model\":\"claude-opus-5-5\",\"messages\":[],\"metadata\":{\"user_id\":\""
        + user
        + "\"},\"max_tokens\":"
        + maxTokens
        + ",\"stream\":true}";
  }

  private HttpResponse<String> post(String key, String body) throws Exception {
    var request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + port + "/anthropic/v1/messages?beta=true"))
            .header("authorization", "Bearer " + Policies.secret(key))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
  }

  private Received received() throws InterruptedException {
    var next = received.poll(20, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  private NanoUsd held() {
    return balance().held();
  }

  private Balance balance() {
    return ledger.balances(Policies.budgets("poor")).getFirst();
  }

  @Test
  void a_body_arrives_as_it_was_sent_and_its_end_is_settled() throws Exception {
    var sent = body("x".repeat(300_000), 8_000);
    assertThat(post("alice", sent).statusCode()).isEqualTo(529);
    var got = received();
    assertThat(got.body()).isEqualTo(sent);
    assertThat(got.path()).isEqualTo("/v1/messages?beta=true");
    Awaitility.await().until(() -> gateway.usage.size() == 1);
    assertThat(gateway.usage.getFirst().outcome()).isEqualTo(Outcome.UPSTREAM_ERROR);
    Awaitility.await().until(() -> gateway.gateway.inFlight() == 0);
  }

  @Test
  void a_body_with_a_lower_max_tokens_arrives_whole() throws Exception {
    post("poor", body("u", 64_000));
    var got = received();
    assertThat(got.contentLength()).isEqualTo(Integer.toString(got.body().length()));
    assertThat(got.body()).matches(Pattern.quote(body("u", 7)).replace("7,", "\\E\\d{5}\\Q,"));
  }

  @Test
  void an_answer_of_the_gateway_reaches_the_client() throws Exception {
    var said = post("unknown", body("u", 1));
    assertThat(said.statusCode()).isEqualTo(401);
    assertThat(said.headers().firstValue("x-should-retry")).contains("false");
    assertThat(said.body()).contains(said.headers().firstValue("request-id").orElseThrow());
    assertThat(received).isEmpty();
  }

  @Test
  void a_client_that_leaves_while_the_provider_reads_is_billed_and_its_hold_ends()
      throws Exception {
    var body = body("wait", 8_000);
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      var head =
          List.of(
              "POST /v1/messages HTTP/1.1",
              "host: a",
              "authorization: Bearer " + Policies.secret("poor"),
              "content-length: " + body.length(),
              "",
              body);
      socket.getOutputStream().write(String.join("\r\n", head).getBytes(StandardCharsets.US_ASCII));
      received();
      assertThat(held()).isNotEqualTo(NanoUsd.ZERO);
    }
    Awaitility.await().until(() -> gateway.usage.size() == 1);
    assertThat(gateway.usage.getFirst().outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(gateway.usage.getFirst().cost()).isNotEqualTo(NanoUsd.ZERO);
    assertThat(held()).isEqualTo(NanoUsd.ZERO);
  }

  @Test
  void an_end_corrects_the_expired_hold_of_an_exchange_that_nobody_knows_any_more()
      throws Exception {
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var said = clients.submit(() -> post("poor", body("wait", 64_000)));
      try {
        received();
        clock.advance(GatewayConfig.DEFAULT.exchangeMax().plusSeconds(1));
        // Its hold may be renewed once more, by who looked at the clock before.
        Awaitility.await().until(() -> gateway.gateway.inFlight() == 0);
        clock.advance(GatewayConfig.DEFAULT.holdLifetime().plusSeconds(1));
        Awaitility.await().until(() -> gateway.usage.size() == 1);
        assertThat(gateway.usage.getFirst().outcome()).isEqualTo(Outcome.UNCONFIRMED);
        assertThat(balance().posted()).isEqualTo(gateway.usage.getFirst().cost());
      } finally {
        answer.countDown();
      }
      assertThat(said.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(529);
    }
    Awaitility.await().until(() -> gateway.usage.size() == 2);
    assertThat(balance().posted()).isEqualTo(NanoUsd.ZERO);
    assertThat(gateway.usage.getLast().outcome()).isEqualTo(Outcome.UPSTREAM_ERROR);
    assertThat(gateway.usage.getLast().requestId()).isEqualTo(gateway.usage.getFirst().requestId());
  }
}
