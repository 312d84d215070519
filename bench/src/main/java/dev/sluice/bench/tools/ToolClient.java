package dev.sluice.bench.tools;

import dev.sluice.bench.http.MessageReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A client of the era of 2026 on one connection, which sends one request after another.
final class ToolClient implements AutoCloseable {
  private static final String TEXT = "the quick brown fox";
  private static final String VERSION = SampleHost.VERSION;

  private final Place place;
  private final SocketChannel channel;
  private final MessageReader reader;

  /// Where requests go, and as whom.
  ///
  /// @param key empty for a server that asks for none
  record Place(InetSocketAddress address, String path, String key) {}

  /// An answer of status 200, and how long it took to its last byte.
  record Answered(String body, long nanos) {}

  private ToolClient(Place place, SocketChannel channel) {
    this.place = place;
    this.channel = channel;
    this.reader = new MessageReader(channel);
  }

  static ToolClient open(Place place) throws IOException {
    var channel = SocketChannel.open(place.address());
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    return new ToolClient(place, channel);
  }

  /// Calls the tool that echoes, and checks what it says.
  ///
  /// @return nanoseconds
  long echo() throws IOException {
    var params = JsonNodeFactory.instance.objectNode().put("name", SampleHost.ECHO);
    params.putObject("arguments").put("text", TEXT);
    var answer = ask("tools/call", SampleHost.ECHO, params);
    if (!answer.body().contains("\"text\":\"" + TEXT + "\"") || answer.body().contains("isError")) {
      throw new IOException("answer: " + answer.body() + " (expected: " + TEXT + ")");
    }
    return answer.nanos();
  }

  /// A page of the list of tools.
  ///
  /// @param cursor empty for the first one
  Answered list(String cursor) throws IOException {
    var params = JsonNodeFactory.instance.objectNode();
    if (!cursor.isEmpty()) {
      params.put("cursor", cursor);
    }
    return ask("tools/list", "", params);
  }

  private Answered ask(String method, String name, ObjectNode params) throws IOException {
    var bytes = bytes(method, name, params);
    var body = new ByteArrayOutputStream();
    long from = System.nanoTime();
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    var answer = reader.read((buffer, start, end, _) -> copy(buffer, start, end, body));
    if (!answer.firstLine().startsWith("HTTP/1.1 200 ")) {
      throw new IOException("answer: " + answer.firstLine() + " " + body + " (expected: 200)");
    }
    return new Answered(body.toString(StandardCharsets.UTF_8), answer.lastByteAt() - from);
  }

  private static void copy(ByteBuffer buffer, int start, int end, ByteArrayOutputStream body) {
    var part = new byte[end - start];
    buffer.get(start, part);
    body.writeBytes(part);
  }

  private ByteBuffer bytes(String method, String name, ObjectNode params) {
    var message = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0").put("id", 1);
    message.put("method", method).set("params", params);
    var meta = params.putObject("_meta").put(SampleHost.PREFIX + "protocolVersion", VERSION);
    meta.putObject(SampleHost.PREFIX + "clientInfo").put("name", "bench").put("version", "1");
    meta.putObject(SampleHost.PREFIX + "clientCapabilities");
    var body = message.toString().getBytes(StandardCharsets.UTF_8);
    var head = new StringBuilder("POST " + place.path() + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    head.append("Content-Type: application/json\r\n");
    head.append("Accept: application/json, text/event-stream\r\n");
    head.append("MCP-Protocol-Version: " + VERSION + "\r\nMcp-Method: " + method + "\r\n");
    head.append(name.isEmpty() ? "" : "Mcp-Name: " + name + "\r\n");
    head.append(place.key().isEmpty() ? "" : "Authorization: Bearer " + place.key() + "\r\n");
    head.append("Content-Length: " + body.length + "\r\n\r\n");
    var first = head.toString().getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocate(first.length + body.length).put(first).put(body).flip();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
