package dev.sluice.xds;

import dev.sluice.xds.ads.AdsServer;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// A real Envoy with our bootstrap, and the three services that it calls.
final class RunningEnvoy implements AutoCloseable {

  static final long BODY_BYTES_MAX = 32L << 20;

  final AdsServer ads = new AdsServer();
  final TestGateway gateway = new TestGateway();
  final TestLog log = new TestLog();
  final int port;
  private final Path folder;
  private final MultiThreadIoEventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private final Server server;
  private final Process process;

  /// The two ways in which Envoy can ask for its resources.
  enum Protocol {
    STATE("GRPC"),
    DELTA("DELTA_GRPC");

    private final String apiType;

    Protocol(String apiType) {
      this.apiType = apiType;
    }

    String apiType() {
      return apiType;
    }

    String of(String bootstrap) {
      return bootstrap.replaceFirst(
          "\"api_type\" : \"[A-Z_]+\"", "\"api_type\" : \"" + apiType + "\"");
    }
  }

  RunningEnvoy(XdsResources resources) throws Exception {
    this(resources, bootstrap -> bootstrap);
  }

  RunningEnvoy(XdsResources resources, UnaryOperator<String> edit) throws Exception {
    this(resources, edit, Bootstrap.Listener.PLAIN);
  }

  RunningEnvoy(XdsResources resources, Bootstrap.Listener listener) throws Exception {
    this(resources, bootstrap -> bootstrap, listener);
  }

  private RunningEnvoy(
      XdsResources resources, UnaryOperator<String> edit, Bootstrap.Listener listener)
      throws Exception {
    folder = Files.createTempDirectory("envoy");
    var socket = folder.resolve("grpc.sock");
    server =
        NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .channelType(NioServerDomainSocketChannel.class)
            .bossEventLoopGroup(loop)
            .workerEventLoopGroup(loop)
            .directExecutor()
            .maxInboundMessageSize(64 << 20)
            .flowControlWindow(4 << 20)
            .addService(ads)
            .addService(ServerInterceptors.intercept(gateway, TestGateway.PHASES))
            .addService(log)
            .build()
            .start();
    port = freePort();
    var config =
        new BootstrapConfig(
            "test",
            "127.0.0.1",
            port,
            folder.resolve("admin.sock"),
            socket,
            toolsSocket(),
            new AdsSource.Local(),
            BODY_BYTES_MAX);
    var file =
        Files.writeString(
            folder.resolve("bootstrap.json"), edit.apply(Bootstrap.json(config, listener)));
    ads.publish(resources);
    process = start(file);
    if (!ads.awaitAcknowledged(Duration.ofSeconds(20))) {
      throw new AssertionError(ads.rejections() + "\n" + output());
    }
    awaitListener();
  }

  /// Where the service of tools is to listen.
  Path toolsSocket() {
    return folder.resolve("tools.sock");
  }

  static String binary() {
    var named = System.getenv("SLUICE_ENVOY");
    if (named != null) {
      return named;
    }
    for (var entry : System.getenv("PATH").split(":")) {
      var candidate = Path.of(entry, "envoy");
      if (Files.isExecutable(candidate)) {
        return candidate.toString();
      }
    }
    throw new AssertionError("no Envoy: set SLUICE_ENVOY, or put envoy on the PATH");
  }

  /// Publishes and waits until Envoy has taken it.
  void publish(XdsResources resources) throws InterruptedException {
    ads.publish(resources);
    if (!ads.awaitAcknowledged(Duration.ofSeconds(10))) {
      throw new AssertionError("not acknowledged: " + ads.rejections());
    }
  }

  TestClient client() throws IOException {
    return new TestClient(port);
  }

  long pid() {
    return process.pid();
  }

  String output() throws IOException {
    return Files.readString(folder.resolve("envoy.log"));
  }

  /// Asks Envoy's admin interface.
  String admin(String path) throws IOException {
    return ask(folder.resolve("admin.sock"), path);
  }

  static String ask(Path socket, String path) throws IOException {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      var request = "GET " + path + " HTTP/1.1\r\nhost: admin\r\nconnection: close\r\n\r\n";
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
      var answer = new StringBuilder();
      var buffer = ByteBuffer.allocate(65536);
      while (channel.read(buffer) != -1) {
        answer.append(StandardCharsets.UTF_8.decode(buffer.flip()));
        buffer.clear();
      }
      return answer.toString();
    }
  }

  /// One of Envoy's counters.
  long stat(String name) throws IOException {
    return stat(admin("/stats?filter=" + name), name);
  }

  static long stat(String stats, String name) {
    var line = Pattern.compile("^" + Pattern.quote(name) + ": (\\d+)", Pattern.MULTILINE);
    var found = line.matcher(stats);
    return found.find() ? Long.parseLong(found.group(1)) : 0;
  }

  /// Ends the three services, as a crash of the gateway would.
  void stopServices() throws InterruptedException {
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
  }

  private Process start(Path bootstrap) throws IOException {
    return new ProcessBuilder(
            binary(),
            "--config-path",
            bootstrap.toString(),
            "--use-dynamic-base-id",
            "--concurrency",
            "1",
            "--log-level",
            "warning")
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("envoy.log").toFile())
        .start();
  }

  private void awaitListener() throws Exception {
    var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!admin("/ready").contains("LIVE")) {
      if (System.nanoTime() > deadline || !process.isAlive()) {
        throw new AssertionError(output());
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws Exception {
    process.destroy();
    if (!process.waitFor(5, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    server.shutdownNow();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }
}
