package dev.sluice.demo;

import dev.sluice.testkit.ClaudeCode;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/// The real Claude Code, with a home of its own.
record InstalledClaude(ClaudeCode cli) implements Assistant {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  static InstalledClaude in(Path folder, URI gateway, String key) {
    return new InstalledClaude(ClaudeCode.in(folder, gateway, key));
  }

  @Override
  public String print(String prompt) {
    return cli.print(prompt, TIMEOUT).stdout().strip();
  }
}
