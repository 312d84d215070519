package dev.sluice.standalone.fetch;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The command fetch: where the real parts are, as lines of `NAME=PATH`.
public final class FetchCommand {

  private static final List<String> DEFAULT = List.of("envoy", "redis");

  private FetchCommand() {}

  /// Prints them, and returns the exit code.
  public static int run(List<String> arguments, Map<String, String> environment) {
    try {
      for (var part : arguments.isEmpty() ? DEFAULT : arguments) {
        switch (part) {
          case "envoy" -> print("SLUICE_ENVOY", new Parts(environment).envoy(null));
          case "redis" -> print("SLUICE_REDIS_SERVER", new Parts(environment).redis());
          case "claude" -> print("SLUICE_CLAUDE", new ClaudeCode(environment).program());
          case "mcp-sdk" -> print("SLUICE_MCP_SDK", new McpSdk(environment).folder());
          case "kubernetes" -> print("SLUICE_KUBERNETES", new Kubernetes(environment).program());
          default -> {
            Progress.say(part + " (expected: envoy, redis, claude, mcp-sdk or kubernetes)");
            return 2;
          }
        }
      }
      return 0;
    } catch (FetchException e) {
      Progress.say(e.sentence());
      return 1;
    }
  }

  private static void print(String variable, Path program) {
    System.out.println(variable + "=" + program);
  }
}
