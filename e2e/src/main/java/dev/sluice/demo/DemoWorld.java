package dev.sluice.demo;

import dev.sluice.testkit.RealParts;
import dev.sluice.testkit.anthropic.AnthropicSimulator;
import dev.sluice.testkit.anthropic.SimulatorConfig;
import dev.sluice.testkit.anthropic.billing.PriceTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// A simulated provider in this process, and the gateway in one of its own, all in one folder.
record DemoWorld(Path folder, AnthropicSimulator provider, GatewayProcess gateway) {

  static DemoWorld start(Path folder) {
    var provider = AnthropicSimulator.start(SimulatorConfig.of(PriceTable.recorded()));
    var manifests = folder.resolve("manifests.yaml");
    try {
      Files.writeString(
          manifests,
          manifests()
              .replace("endpoint: PROVIDER", "endpoint: " + provider.uri())
              .replace("apiKey: CREDENTIAL", "apiKey: " + SimulatorConfig.API_KEY));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // Nobody waits for a stream of a demo that is interrupted.
    var gateway = GatewayProcess.start(manifests, folder.resolve("state"), "--drain", "1s");
    return new DemoWorld(folder, provider, gateway);
  }

  private static String manifests() throws IOException {
    try (InputStream resource = DemoWorld.class.getResourceAsStream("manifests.yaml")) {
      var bytes = Objects.requireNonNull(resource, "manifests.yaml").readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /// Claude Code with the key of that name: the real one where there is one.
  Assistant assistant(String key) {
    var token = gateway.key(key);
    return RealParts.claudeIfInstalled().isPresent()
        ? InstalledClaude.in(folder.resolve(key), gateway.address(), token)
        : new RecordedClaude(client(key));
  }

  RecordedClient client(String key) {
    return new RecordedClient(gateway.address(), gateway.key(key));
  }

  List<BudgetLine> budgets() {
    return BudgetLine.all(gateway.allBudgets());
  }

  /// How many requests were refused because a budget was spent.
  long refusals() {
    return gateway
        .admin("/metrics")
        .lines()
        .filter(line -> line.startsWith("sluice_refusals_total{kind=\"budget_exhausted\"}"))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
