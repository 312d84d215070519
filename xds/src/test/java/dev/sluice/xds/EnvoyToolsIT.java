package dev.sluice.xds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The way of requests for tools through a real Envoy to their service, and back.
class EnvoyToolsIT {

  private static final String EVENTS =
      "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
  private static final String WHOLE =
      "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";

  private static RunningEnvoy envoy;
  private static Service service;

  /// A request that the service has, and the way back.
  private record Asked(Http.Message request, OutputStream out) {
    void write(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }

    void event(String text) throws IOException {
      write("%x\r\n%s\r\n".formatted(text.length(), text));
    }
  }

  /// Listens on the socket, and leaves it to the tests to answer.
  private record Service(ServerSocketChannel server, BlockingQueue<Asked> asked) {

    static Service start(UnixDomainSocketAddress address) throws IOException {
      var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
      var service = new Service(server, new LinkedBlockingQueue<>());
      Thread.ofVirtual().start(service::accept);
      return service;
    }

    private void accept() {
      try {
        while (true) {
          var channel = server.accept();
          Thread.ofVirtual().start(() -> read(channel));
        }
      } catch (IOException e) {
        // closed: the test is over
      }
    }

    private void read(SocketChannel channel) {
      try (channel) {
        var in = new BufferedInputStream(Channels.newInputStream(channel));
        var out = Channels.newOutputStream(channel);
        for (var request = Http.read(in); request != null; request = Http.read(in)) {
          asked.add(new Asked(request, out));
        }
      } catch (IOException e) {
        // Envoy has closed it
      }
    }

    Asked next() throws InterruptedException {
      var next = asked.poll(20, TimeUnit.SECONDS);
      assertThat(next).isNotNull();
      return next;
    }
  }

  @BeforeAll
  static void start() throws Exception {
    envoy = new RunningEnvoy(Samples.resources(Samples.upstream("one", "http://127.0.0.1:9")));
    service = Service.start(UnixDomainSocketAddress.of(envoy.toolsSocket()));
  }

  @AfterAll
  static void stop() throws Exception {
    envoy.close();
    service.server().close();
  }

  @AfterEach
  void forget() {
    envoy.gateway.seen.clear();
    envoy.gateway.admissions.clear();
  }

  @Test
  void the_service_gets_a_ticket_and_no_key_and_nothing_that_a_client_forged() throws Exception {
    var headers =
        Map.of(
            "authorization", "Bearer sk-slc-1",
            "x-api-key", "sk-slc-2",
            "x-sluice-key", "sk-slc-3",
            "x-sluice-int-admission", "forged",
            "X-Sluice-Int-Provider", "default/one",
            "mcp-protocol-version", "2025-11-25",
            "accept-encoding", "identity",
            "x-request-id", "mine");
    try (var client = envoy.client()) {
      client.post("/mcp/github?x=1", headers, "{\"id\":1}".getBytes(StandardCharsets.UTF_8));
      var asked = service.next();
      asked.write(WHOLE);
      assertThat(client.answer().start()).isEqualTo("HTTP/1.1 200 OK");
      assertThat(asked.request().start()).isEqualTo("POST /mcp/github?x=1 HTTP/1.1");
      var sent = asked.request().headers();
      assertThat(sent)
          .containsEntry("x-sluice-int-admission", TestGateway.TICKET)
          .containsEntry("mcp-protocol-version", "2025-11-25")
          .containsEntry("accept-encoding", "identity")
          .doesNotContainKeys(
              "authorization", "x-api-key", "x-sluice-key", "x-sluice-int-provider");
      assertThat(sent.get("x-request-id")).isNotEqualTo("mine");
      assertThat(asked.request().body()).asString(StandardCharsets.UTF_8).isEqualTo("{\"id\":1}");
    }
    assertThat(envoy.gateway.admissions).isEmpty();
    assertThat(envoy.gateway.seen)
        .singleElement()
        .satisfies(
            seen -> {
              assertThat(seen.bodyBytes()).isZero();
              assertThat(seen.headers()).doesNotContainKey("x-sluice-int-facts");
            });
  }

  @Test
  void a_head_reaches_the_service_before_its_body_has_ended() throws Exception {
    try (var client = envoy.client()) {
      client.send("POST /mcp HTTP/1.1\r\nhost: g\r\ncontent-length: 4\r\n\r\nab");
      try (var other = envoy.client()) {
        other.send("GET /mcp HTTP/1.1\r\nhost: g\r\n\r\n");
        var asked = service.next();
        assertThat(asked.request().start()).startsWith("GET");
        asked.write(WHOLE);
        assertThat(other.answer().start()).isEqualTo("HTTP/1.1 200 OK");
      }
      client.send("cd");
      var asked = service.next();
      assertThat(asked.request().body()).asString(StandardCharsets.UTF_8).isEqualTo("abcd");
      asked.write(WHOLE);
      assertThat(client.answer().start()).isEqualTo("HTTP/1.1 200 OK");
    }
  }

  @Test
  void events_pass_as_they_come() throws Exception {
    try (var client = envoy.client()) {
      client.send("GET /mcp HTTP/1.1\r\nhost: g\r\naccept: text/event-stream\r\n\r\n");
      var asked = service.next();
      asked.write(EVENTS);
      var first = ": hello\n\n";
      asked.event(first);
      assertThat(Http.head(client.in).start()).isEqualTo("HTTP/1.1 200 OK");
      assertThat(client.read(first.length())).asString(StandardCharsets.UTF_8).isEqualTo(first);
      var second = "data: {\"usage\":{\"input_tokens\":1}}\n\n";
      asked.event(second);
      assertThat(client.read(second.length())).asString(StandardCharsets.UTF_8).isEqualTo(second);
      asked.write("0\r\n\r\n");
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  @Test
  void what_was_let_in_is_in_no_access_log() throws Exception {
    try (var client = envoy.client()) {
      client.send("GET /mcp/unlogged HTTP/1.1\r\nhost: g\r\n\r\n");
      service.next().write("HTTP/1.1 405 Method Not Allowed\r\ncontent-length: 0\r\n\r\n");
      assertThat(client.answer().start()).startsWith("HTTP/1.1 405");
      // The end of another request is told after it.
      client.exchange("/v1/messages", Map.of("x-claude-code-test", "refuse"));
    }
    assertThat(envoy.log.take("/v1/messages")).isNotNull();
    assertThat(envoy.log.has("/mcp/unlogged")).isFalse();
  }

  @Test
  void a_body_that_is_too_large_is_refused() throws Exception {
    try (var client = envoy.client()) {
      client.send(
          "POST /mcp HTTP/1.1\r\nhost: g\r\ncontent-length: "
              + (RunningEnvoy.BODY_BYTES_MAX + 1)
              + "\r\n\r\n");
      var answer = client.answer();
      assertThat(answer.start()).isEqualTo("HTTP/1.1 413 Payload Too Large");
      assertThat(answer.body())
          .asString(StandardCharsets.UTF_8)
          .contains("the request's body is too large (expected: 4194304 bytes or less)");
    }
    assertThat(service.asked()).isEmpty();
  }

  @Test
  void where_the_service_hangs_up_it_is_not_said_that_a_provider_is_away() throws Exception {
    try (var client = envoy.client()) {
      client.send("GET /mcp HTTP/1.1\r\nhost: g\r\n\r\n");
      service.next().out().close();
      var answer = client.answer();
      assertThat(answer.start()).isEqualTo("HTTP/1.1 503 Service Unavailable");
      assertThat(answer.headers()).containsEntry("retry-after", "5");
      assertThat(answer.body())
          .asString(StandardCharsets.UTF_8)
          .contains("the gateway cannot serve tools now");
    }
  }
}
