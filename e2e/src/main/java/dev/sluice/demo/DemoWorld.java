package dev.sluice.demo;

import dev.sluice.demo.parts.BudgetLine;
import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.demo.tools.DemoServers;
import dev.sluice.testkit.ClaudeCode;
import dev.sluice.testkit.RealParts;
import dev.sluice.testkit.anthropic.AnthropicSimulator;
import dev.sluice.testkit.anthropic.SimulatorConfig;
import dev.sluice.testkit.billing.PriceTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/// A simulated provider and two servers of tools in this process, and the gateway in one of its
/// own, all in one folder.
record DemoWorld(
    Path folder, AnthropicSimulator provider, DemoServers servers, GatewayProcess gateway) {

  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(60);

  static DemoWorld start(Path folder) {
    var provider = AnthropicSimulator.start(SimulatorConfig.of(PriceTable.recorded()));
    var servers = DemoServers.start();
    var manifests = folder.resolve("manifests.yaml");
    write(manifests, manifests(provider, servers));
    var allowed = servers.urls().stream().map(URI::getAuthority).collect(Collectors.joining(","));
    // Nobody waits for a stream of a demo that is interrupted.
    var gateway =
        GatewayProcess.start(
            manifests, folder.resolve("state"), "--drain", "1s", "--mcp-allow", allowed);
    return new DemoWorld(folder, provider, servers, gateway);
  }

  /// Edits the manifests, as their owner would.
  void codeMode() {
    write(
        folder.resolve("manifests.yaml"),
        manifests(provider, servers).replace("codeMode: false", "codeMode: true"));
  }

  /// In one step, so that the gateway never reads half of it.
  private static void write(Path file, String text) {
    try {
      var next = Files.writeString(file.resolveSibling(file.getFileName() + ".next"), text);
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String manifests(AnthropicSimulator provider, DemoServers servers) {
    return manifests()
        .replace("endpoint: PROVIDER", "endpoint: " + provider.uri())
        .replace("apiKey: CREDENTIAL", "apiKey: " + SimulatorConfig.API_KEY)
        .replace("url: TRACKER", "url: " + servers.tracker().url())
        .replace("url: PEOPLE", "url: " + servers.people().url());
  }

  private static String manifests() {
    try (InputStream resource = DemoWorld.class.getResourceAsStream("manifests.yaml")) {
      var bytes = Objects.requireNonNull(resource, "manifests.yaml").readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Claude Code with the key of that name: the real one where there is one.
  Assistant assistant(String key) {
    if (RealParts.claudeIfInstalled().isEmpty()) {
      return new RecordedClaude(client(key));
    }
    var cli = ClaudeCode.in(folder.resolve(key), gateway.address(), gateway.key(key));
    return prompt -> cli.print(prompt, ANSWERED_WITHIN).stdout().strip();
  }

  RecordedClient client(String key) {
    return new RecordedClient(gateway.address(), gateway.key(key));
  }

  List<BudgetLine> budgets() {
    return BudgetLine.all(gateway.allBudgets());
  }
}
