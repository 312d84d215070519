package dev.sluice.standalone.fetch;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The official SDKs of MCP for TypeScript, for the tests: pinned, from npm.
public record McpSdk(Map<String, String> environment) {

  private static final String VERSION = "2.4.0";
  private static final String BEFORE_2026 = "1.32.2";
  private static final String VARIABLE = "SLUICE_MCP_SDK";

  /// `server` speaks the protocol's version of 2026, `sdk` those before.
  private static final List<String> PACKAGES =
      List.of(
          "@modelcontextprotocol/server@" + VERSION,
          "@modelcontextprotocol/sdk@" + BEFORE_2026,
          "zod@4.6.7");

  public McpSdk {
    environment = Map.copyOf(environment);
  }

  /// The folder that has `node_modules`.
  public Path folder() throws FetchException {
    var own = environment.get(VARIABLE);
    return own != null
        ? Path.of(own).toAbsolutePath()
        : new Npm("the SDKs of MCP", VARIABLE, "mcp-sdk-" + VERSION + "-" + BEFORE_2026, PACKAGES)
            .fetch(environment);
  }
}
