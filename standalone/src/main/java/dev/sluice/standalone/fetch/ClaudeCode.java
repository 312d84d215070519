package dev.sluice.standalone.fetch;

import dev.sluice.standalone.child.Executables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The real Claude Code, for the tests: pinned, from npm.
public record ClaudeCode(Map<String, String> environment) {

  private static final String VERSION = "2.1.329";
  private static final Duration INSTALLED_WITHIN = Duration.ofMinutes(10);

  public ClaudeCode {
    environment = Map.copyOf(environment);
  }

  public Path program() throws FetchException {
    var own = environment.get("SLUICE_CLAUDE");
    if (own != null) {
      return Path.of(own).toAbsolutePath();
    }
    var folder = Cache.of(environment).folder();
    var placed = folder.resolve("claude-code-" + VERSION);
    var program = placed.resolve("node_modules", ".bin", "claude");
    if (!Files.isExecutable(program)) {
      Progress.say("fetching @anthropic-ai/claude-code@" + VERSION + " (once)");
      install(folder, placed);
      Progress.say("placed " + program);
    }
    return program;
  }

  private static void install(Path folder, Path placed) throws FetchException {
    if (Executables.onPath("npm").isEmpty()) {
      throw new FetchException(
          "npm is needed to fetch Claude Code for the tests: install Node.js with npm, or set"
              + " SLUICE_CLAUDE to the program");
    }
    try {
      Files.createDirectories(folder);
      var work = Files.createTempDirectory(folder, ".fetching-");
      try {
        npm(work);
        if (!Files.exists(placed)) {
          Files.move(work, placed, StandardCopyOption.ATOMIC_MOVE);
        }
      } finally {
        if (Files.exists(work)) {
          Folders.delete(work);
        }
      }
    } catch (IOException e) {
      throw new FetchException("cannot place Claude Code in " + placed + ": " + e, e);
    }
  }

  private static void npm(Path work) throws FetchException {
    var ended =
        Tool.run(
            INSTALLED_WITHIN,
            List.of(
                "npm",
                "install",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
                "--prefix",
                work.toString(),
                "@anthropic-ai/claude-code@" + VERSION));
    if (ended.failed()) {
      throw new FetchException("npm could not fetch Claude Code: " + ended.lastLine());
    }
  }
}
