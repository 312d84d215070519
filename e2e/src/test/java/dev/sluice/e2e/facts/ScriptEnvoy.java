package dev.sluice.e2e.facts;

import dev.sluice.testkit.RealParts;
import dev.sluice.xds.AdsSource;
import dev.sluice.xds.Bootstrap;
import dev.sluice.xds.BootstrapConfig;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A real Envoy that only runs the script of the facts, and answers with what it found.
final class ScriptEnvoy implements AutoCloseable {

  private static final String FILTER = "script";
  private static final String FOUND = "x-found: ";

  private final Path folder;
  private final Process process;
  private final SocketChannel channel;
  private final InputStream in;

  private ScriptEnvoy(Path folder, Process process, SocketChannel channel) {
    this.folder = folder;
    this.process = process;
    this.channel = channel;
    this.in = new BufferedInputStream(Channels.newInputStream(channel));
  }

  static ScriptEnvoy start() throws IOException {
    var folder = Files.createTempDirectory("facts");
    var socket = folder.resolve("listener");
    var file = Files.writeString(folder.resolve("envoy.json"), config(socket));
    var log = folder.resolve("envoy.log");
    var process =
        new ProcessBuilder(
                RealParts.envoy().toString(),
                "--config-path",
                file.toString(),
                "--use-dynamic-base-id",
                "--concurrency",
                "1",
                "--log-level",
                "warning")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    var channel =
        Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .ignoreExceptions()
            .failFast("Envoy ended", () -> !process.isAlive())
            .until(() -> connected(socket), Objects::nonNull);
    return new ScriptEnvoy(folder, process, channel);
  }

  private static SocketChannel connected(Path socket) throws IOException {
    var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /// The frame of the gateway's own filter with the script.
  private static String config(Path socket) throws IOException {
    var mapper = JsonMapper.shared();
    var any =
        new BootstrapConfig(
            "n",
            "127.0.0.1",
            1,
            Path.of("/a"),
            Path.of("/g"),
            Path.of("/t"),
            new AdsSource.Local(),
            1 << 20);
    var filters =
        mapper
            .readTree(Bootstrap.json(any))
            .at(
                "/static_resources/listeners/0/filter_chains/0/filters/0/typed_config"
                    + "/http_filters");
    try (var text = ScriptEnvoy.class.getResourceAsStream("script-envoy.json")) {
      var root = mapper.readTree(text.readAllBytes());
      var listener = root.at("/static_resources/listeners/0");
      ((ObjectNode) listener.at("/address/pipe")).put("path", socket.toString());
      var own =
          (ArrayNode) listener.at("/filter_chains/0/filters/0/typed_config").path("http_filters");
      for (var filter : filters) {
        if (filter.path("name").asString().equals(FILTER)) {
          own.insert(0, filter);
        }
      }
      return mapper.writeValueAsString(root);
    }
  }

  /// The header that the script makes of a body; null without one.
  @Nullable String facts(byte[] body) throws IOException {
    var head = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: " + body.length + "\r\n\r\n";
    var message = ByteBuffer.allocate(head.length() + body.length);
    message.put(head.getBytes(StandardCharsets.US_ASCII)).put(body).flip();
    while (message.hasRemaining()) {
      channel.write(message);
    }
    String found = null;
    boolean ok = false;
    for (var line = line(); !line.isEmpty(); line = line()) {
      ok |= line.equals("HTTP/1.1 200 OK");
      found = line.startsWith(FOUND) ? line.substring(FOUND.length()) : found;
    }
    if (!ok) {
      throw new IllegalStateException("Envoy did not answer 200");
    }
    return found;
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("Envoy closed the connection");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  /// What Envoy complained about, such as an error of the script.
  String complaints() throws IOException {
    return Files.readString(folder.resolve("envoy.log"));
  }

  @Override
  public void close() throws IOException, InterruptedException {
    channel.close();
    process.destroy();
    if (!process.waitFor(5, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }
}
