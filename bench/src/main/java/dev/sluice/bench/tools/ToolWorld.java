package dev.sluice.bench.tools;

import dev.sluice.bench.BareEnvoy;
import dev.sluice.bench.Gateway;
import dev.sluice.bench.Target;
import dev.sluice.bench.process.Started;
import dev.sluice.bench.tools.ToolClient.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;

/// A gateway with the sample servers, one by one and in code mode, and with the one that echoes, at
/// a price and under budgets at every level; bare Envoy beside it.
record ToolWorld(SampleHost host, Target bare, Started gateway) implements AutoCloseable {

  private static final Duration READY_MAX = Duration.ofSeconds(60);
  private static final int META_TOOLS = 5;
  private static final String TOKEN = "-tools-0123456789abcdef0123456789abcdef";
  private static final String TEAMS =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: Team
      metadata: { name: engineering }
      spec:
        budgets: [ { limitUsd: "2000000", window: Month } ]
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Team
      metadata: { name: payments }
      spec:
        parent: engineering
        budgets: [ { limitUsd: "1000000", window: Month } ]
      """;
  private static final String BUDGETS =
      """
        team: payments
        budgets: [ { limitUsd: "500000", window: Day }, { limitUsd: "900000", window: Month } ]
      """;
  private static final String KEY =
      """
      ---
      apiVersion: v1
      kind: Secret
      metadata: { name: %1$s, namespace: %2$s }
      stringData: { token: %3$s }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: %1$s, namespace: %2$s }
      spec:
        keySecretRef: { name: %1$s, key: token }
        mcp: [ %4$s ]
      """;
  private static final String SERVER =
      """
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: McpServer
      metadata: { name: %1$s, namespace: %2$s }
      spec:
        transport: StreamableHttp
        url: http://127.0.0.1:%3$d/%1$s
        pinning: None
        codeMode: %4$s
        pricePerCallUsd: "0.001"
      """;

  static ToolWorld start(Path program, String envoy, Path folder) throws IOException {
    var host = SampleHost.start();
    var bare =
        BareEnvoy.start(envoy, host.address(), Files.createDirectory(folder.resolve("bare")));
    int port = host.address().getPort();
    var manifests =
        TEAMS
            + SERVER.formatted(SampleHost.ECHO, "default", port, "false")
            + key("calls", "default", grant(SampleHost.ECHO))
            + BUDGETS
            + samples("default", port, "false")
            + key("plain", "default", grants())
            + samples("code", port, "true")
            + key("code", "code", grants());
    var own = Files.createDirectory(folder.resolve("gateway"));
    try {
      var gateway = Gateway.start(program, manifests, own, "--mcp-allow", "127.0.0.0/8");
      return new ToolWorld(host, bare, gateway);
    } catch (RuntimeException e) {
      bare.close();
      host.close();
      throw e;
    }
  }

  /// Waits until the gateway has every tool.
  void awaitTools() {
    gateway.await(() -> has(sluice(), "\"name\":\"echo\""), READY_MAX);
    gateway.await(() -> Listing.of(all("plain")).complete(SampleTools.TOOLS), READY_MAX);
    gateway.await(() -> Listing.of(all("code")).complete(META_TOOLS), READY_MAX);
  }

  private InetSocketAddress address() {
    return Gateway.address(gateway);
  }

  private static String key(String name, String namespace, String grants) {
    return KEY.formatted(name, namespace, name + TOKEN, grants);
  }

  private static String grant(String server) {
    return "{ server: " + server + ", tools: [ \"*\" ] }";
  }

  private static String grants() {
    return SampleTools.all().stream()
        .map(sample -> grant(sample.declared().name().name()))
        .collect(Collectors.joining(", "));
  }

  private static String samples(String namespace, int port, String codeMode) {
    return SampleTools.all().stream()
        .map(one -> SERVER.formatted(one.declared().name().name(), namespace, port, codeMode))
        .collect(Collectors.joining());
  }

  private static Optional<Boolean> has(Place place, String text) {
    try (var client = ToolClient.open(place)) {
      return client.list("").body().contains(text) ? Optional.of(true) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The server that echoes, without anything between.
  Place direct() {
    return new Place(host.address(), "/" + SampleHost.ECHO, "");
  }

  Place throughBare() {
    return new Place(bare.address(), "/" + SampleHost.ECHO, "");
  }

  Place sluice() {
    return new Place(address(), "/mcp/" + SampleHost.ECHO, token("calls"));
  }

  /// All tools of a key.
  Place all(String key) {
    return new Place(address(), "/mcp", token(key));
  }

  static String token(String key) {
    return key + TOKEN;
  }

  @Override
  public void close() {
    gateway.close();
    bare.close();
    host.close();
  }
}
