package dev.sluice.testkit.anthropic;

import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.http.HttpRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A test's client: well-behaved over [HttpClient], or raw bytes over a socket.
final class Client {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Set<String> PER_CONNECTION =
      Set.of("host", "authorization", "content-length", "connection");

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AnthropicSimulator simulator;

  Client(AnthropicSimulator simulator) {
    this.simulator = simulator;
  }

  /// A plain request of a few tokens.
  static ObjectNode body() {
    return json(
        """
        {"model":"claude-opus-5-5","messages":[{"role":"user","content":"say hi"}],
         "max_tokens":1000,"stream":true}
        """);
  }

  static ObjectNode json(String text) {
    return (ObjectNode) JSON.readTree(text);
  }

  HttpResponse<byte[]> post(ObjectNode body, String... headers) {
    return post(
        "/v1/messages?beta=true", body.toString().getBytes(StandardCharsets.UTF_8), headers);
  }

  /// Headers as name, value, name, value; they replace the defaults.
  HttpResponse<byte[]> post(String target, byte[] body, String... headers) {
    var request = java.net.http.HttpRequest.newBuilder(simulator.uri().resolve(target));
    request.POST(java.net.http.HttpRequest.BodyPublishers.ofByteArray(body));
    request.header("content-type", "application/json");
    return send(request, headers);
  }

  HttpResponse<byte[]> get(String target, String... headers) {
    return send(java.net.http.HttpRequest.newBuilder(simulator.uri().resolve(target)), headers);
  }

  private HttpResponse<byte[]> send(java.net.http.HttpRequest.Builder request, String... headers) {
    request.header("anthropic-version", "2023-06-01");
    request.header("x-api-key", SimulatorConfig.API_KEY);
    if (headers.length > 0) {
      for (var i = 0; i < headers.length; i += 2) {
        request.setHeader(headers[i], headers[i + 1]);
      }
    }
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Sends a recorded request with our own credential.
  HttpResponse<byte[]> replay(RecordedTraffic.Request recorded) {
    HttpRequest request = recorded.http();
    var headers =
        request.headers().stream()
            .filter(header -> !PER_CONNECTION.contains(header.name().toLowerCase()))
            .flatMap(header -> Arrays.stream(new String[] {header.name(), header.value()}))
            .toArray(String[]::new);
    return request.method().equals("GET")
        ? get(request.target(), headers)
        : post(request.target(), request.body(), headers);
  }

  static JsonNode json(HttpResponse<byte[]> response) {
    return JSON.readTree(response.body());
  }

  static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), simulator.port());
  }

  /// A messages request as bytes on the wire.
  static byte[] wire(ObjectNode body) {
    var bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    var head =
        """
        POST /v1/messages HTTP/1.1
        host: localhost
        x-api-key: %s
        anthropic-version: 2023-06-01
        content-type: application/json
        content-length: %d

        """
            .formatted(SimulatorConfig.API_KEY, bytes.length)
            .replace("\n", "\r\n");
    var wire = new ByteArrayOutputStream();
    wire.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    wire.writeBytes(bytes);
    return wire.toByteArray();
  }

  /// Reads until the text appears; fails if the stream ends before.
  static String readUntil(InputStream input, String text) throws IOException {
    var read = new ByteArrayOutputStream();
    while (!read.toString(StandardCharsets.UTF_8).contains(text)) {
      var next = input.read();
      if (next < 0) {
        throw new IOException("ended before " + text + ": " + read);
      }
      read.write(next);
    }
    return read.toString(StandardCharsets.UTF_8);
  }
}
