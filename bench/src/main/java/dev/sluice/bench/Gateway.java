package dev.sluice.bench;

import dev.sluice.bench.process.Started;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Starts Sluice as a user would, with keys, budgets at every level and a price.
public final class Gateway {
  /// The caller's key; a secret in the manifests gives it to the virtual key.
  static final String KEY = "bench-key-0123456789abcdef0123456789abcdef";

  private static final Duration READY_MAX = Duration.ofSeconds(120);
  private static final String MANIFESTS =
      """
      apiVersion: v1
      kind: Secret
      metadata: { name: upstream }
      stringData: { apiKey: bench-upstream-key-0123456789 }
      ---
      apiVersion: v1
      kind: Secret
      metadata: { name: bench }
      stringData: { token: KEY }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Provider
      metadata: { name: anthropic }
      spec:
        type: Anthropic
        endpoint: http://127.0.0.1:UPSTREAM_PORT
        credentials: [ { name: main, secretRef: { name: upstream, key: apiKey } } ]
        models:
          - name: claude-opus-5-5
            price:
              inputUsdPerMTok: "5"
              outputUsdPerMTok: "25"
              cacheReadUsdPerMTok: "0.50"
              cacheWrite5mUsdPerMTok: "6.25"
              cacheWrite1hUsdPerMTok: "10"
        budgets: [ { limitUsd: "5000000", window: Month } ]
      ---
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
        models: { allow: ["claude-*"] }
        budgets: [ { limitUsd: "1000000", window: Month } ]
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: bench }
      spec:
        team: payments
        owner: bench@example.com
        keySecretRef: { name: bench, key: token }
        providers:
          - name: anthropic
            models: ["claude-*"]
            budgets: [ { limitUsd: "700000", window: Day } ]
        budgets: [ { limitUsd: "500000", window: Day }, { limitUsd: "900000", window: Month } ]
      """;

  private Gateway() {}

  static Target start(Path program, InetSocketAddress upstream, Path folder) {
    var manifests =
        MANIFESTS
            .replace("UPSTREAM_PORT", Integer.toString(upstream.getPort()))
            .replace("KEY", KEY);
    var started = start(program, manifests, folder);
    return new Target(Side.SLUICE, address(started), Optional.of(started));
  }

  /// Starts it with these manifests.
  ///
  /// @param options of its command line, beside those that every measurement needs
  public static Started start(Path program, String manifests, Path folder, String... options) {
    Path file = folder.resolve("manifests.yaml");
    try {
      Files.writeString(file, manifests);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var command =
        new ArrayList<>(
            List.of(
                program.toString(),
                "up",
                "-f",
                file.toString(),
                "--listen",
                "127.0.0.1:0",
                "--admin",
                "127.0.0.1:0",
                "--state",
                folder.resolve("state").toString()));
    command.addAll(List.of(options));
    return Started.start(command, Map.of("SLUICE_ENVOY_CONCURRENCY", "1"), folder);
  }

  /// Where it serves, once it does.
  public static InetSocketAddress address(Started gateway) {
    URI ready = URI.create(gateway.awaitLine("ready ", READY_MAX));
    return new InetSocketAddress(ready.getHost(), ready.getPort());
  }
}
