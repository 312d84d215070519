package dev.sluice.standalone.fetch;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The official SDKs of MCP for TypeScript and its conformance suite, for the tests: pinned, from
/// npm.
public record McpSdk(Map<String, String> environment) {

  private static final String VERSION = "2.4.0";
  private static final String BEFORE_2026 = "1.32.2";
  private static final String SUITE = "0.1.16";
  private static final String NAME = "mcp-sdk-" + VERSION + "-" + BEFORE_2026 + "-" + SUITE;
  private static final String VARIABLE = "SLUICE_MCP_SDK";

  /// `server` and `client` speak the protocol's version of 2026, `sdk` those before.
  private static final List<String> PACKAGES =
      List.of(
          "@modelcontextprotocol/server@" + VERSION,
          "@modelcontextprotocol/client@" + VERSION,
          "@modelcontextprotocol/sdk@" + BEFORE_2026,
          "@modelcontextprotocol/conformance@" + SUITE,
          "zod@4.6.7",
          // The suite runs on no older one.
          "node@22.23.3");

  public McpSdk {
    environment = Map.copyOf(environment);
  }

  /// The folder that has `node_modules`.
  public Path folder() throws FetchException {
    var own = environment.get(VARIABLE);
    return own != null
        ? Path.of(own).toAbsolutePath()
        : new Npm("the SDKs of MCP", VARIABLE, NAME, PACKAGES).fetch(environment);
  }
}
