package dev.sluice.testkit.mcp.conformance;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// The official SDK for TypeScript and the suite, which `./sluice fetch mcp-sdk` has placed.
final class McpSdk {

  private static final String VARIABLE = "SLUICE_MCP_SDK";

  private McpSdk() {}

  static Path modules() {
    return Path.of(folder(), "node_modules");
  }

  private static String folder() {
    return Objects.requireNonNull(System.getenv(VARIABLE), VARIABLE);
  }

  /// A program that finds it.
  static ProcessBuilder knownTo(List<String> command) {
    var builder = new ProcessBuilder(command);
    builder.environment().put(VARIABLE, folder());
    return builder;
  }
}
