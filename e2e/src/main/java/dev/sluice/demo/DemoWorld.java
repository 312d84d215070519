package dev.sluice.demo;

import dev.sluice.demo.parts.BudgetLine;
import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.testkit.ClaudeCode;
import dev.sluice.testkit.RealParts;
import dev.sluice.testkit.anthropic.AnthropicSimulator;
import dev.sluice.testkit.anthropic.SimulatorConfig;
import dev.sluice.testkit.billing.PriceTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/// A simulated provider in this process, and the gateway in one of its own, all in one folder.
record DemoWorld(Path folder, AnthropicSimulator provider, GatewayProcess gateway) {

  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(60);

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
