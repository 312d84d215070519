package dev.sluice.standalone.fetch;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The real Claude Code, for the tests: pinned, from npm.
public record ClaudeCode(Map<String, String> environment) {

  private static final String VERSION = "2.1.329";
  private static final String VARIABLE = "SLUICE_CLAUDE";

  public ClaudeCode {
    environment = Map.copyOf(environment);
  }

  public Path program() throws FetchException {
    var own = environment.get(VARIABLE);
    if (own != null) {
      return Path.of(own).toAbsolutePath();
    }
    var packages = List.of("@anthropic-ai/claude-code@" + VERSION);
    return new Npm("Claude Code", VARIABLE, "claude-code-" + VERSION, packages)
        .fetch(environment)
        .resolve("node_modules", ".bin", "claude");
  }
}
