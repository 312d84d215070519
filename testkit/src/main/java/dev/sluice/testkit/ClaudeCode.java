package dev.sluice.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// The real Claude Code in print mode: with a home and a working folder of its own, and with
/// nothing of the user's environment or credentials.
public final class ClaudeCode implements AutoCloseable {

  /// Tools that run without being asked for; `--dangerously-skip-permissions` is refused to root.
  private static final String ALLOWED_TOOLS = "Read,Bash,Agent,WebSearch";

  private static final Duration END_TIMEOUT = Duration.ofSeconds(10);

  private final Path folder;
  private final Map<String, String> environment;

  /// @param stdout what `-p` printed: the answer, or the error as the developer sees it
  public record Result(int exitCode, String stdout, String stderr) {}

  private ClaudeCode(Path folder, Map<String, String> environment) {
    this.folder = folder;
    this.environment = environment;
  }

  /// A developer's machine whose CLI talks to that address with that token.
  public static ClaudeCode at(URI baseUrl, String authToken) {
    return in(Folders.temporary("sluice-claude-"), baseUrl, authToken);
  }

  /// The same in a folder that the caller made.
  public static ClaudeCode in(Path folder, URI baseUrl, String authToken) {
    try {
      Files.createDirectories(folder.resolve("home"));
      Files.createDirectories(folder.resolve("work"));
      return new ClaudeCode(folder, environment(folder, baseUrl, authToken));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Where the CLI runs and where its tools read and write.
  public Path workingFolder() {
    return folder.resolve("work");
  }

  /// Sets one more environment variable, such as ANTHROPIC_MODEL.
  public ClaudeCode with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /// Runs `claude -p PROMPT OPTIONS...` to its end.
  ///
  /// @throws IllegalStateException if it does not end within the timeout; it is ended then
  public Result print(String prompt, Duration timeout, String... options) {
    var command = new ArrayList<String>();
    command.add(RealParts.claude().toString());
    command.addAll(List.of("-p", prompt, "--allowedTools", ALLOWED_TOOLS));
    command.addAll(List.of(options));
    try {
      return run(command, timeout);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while claude ran", e);
    }
  }

  /// Starts a process that is told one prompt after the other.
  public ClaudeDialogue dialogue(String... options) {
    var command = new ArrayList<String>();
    command.add(RealParts.claude().toString());
    command.addAll(List.of("-p", "--input-format", "stream-json"));
    command.addAll(List.of("--output-format", "stream-json", "--verbose"));
    command.addAll(List.of("--allowedTools", ALLOWED_TOOLS));
    command.addAll(List.of(options));
    try {
      var stderr = Files.createTempFile(folder, "stderr-", ".txt");
      var builder =
          new ProcessBuilder(command)
              .directory(workingFolder().toFile())
              .redirectError(stderr.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      return new ClaudeDialogue(builder.start(), stderr);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    Folders.delete(folder);
  }

  private Result run(List<String> command, Duration timeout)
      throws IOException, InterruptedException {
    var stdout = Files.createTempFile(folder, "stdout-", ".txt");
    var stderr = Files.createTempFile(folder, "stderr-", ".txt");
    var builder =
        new ProcessBuilder(command)
            .directory(workingFolder().toFile())
            .redirectInput(new File("/dev/null"))
            .redirectOutput(stdout.toFile())
            .redirectError(stderr.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    var process = builder.start();
    try {
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(
            "claude ran longer than %s; stdout: %s; stderr: %s"
                .formatted(timeout, Files.readString(stdout), Files.readString(stderr)));
      }
      return new Result(process.exitValue(), Files.readString(stdout), Files.readString(stderr));
    } finally {
      end(process);
    }
  }

  static void end(Process process) throws InterruptedException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    if (!process.waitFor(END_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("claude (process " + process.pid() + ") did not end");
    }
  }

  private static Map<String, String> environment(Path folder, URI baseUrl, String authToken) {
    var home = folder.resolve("home").toString();
    var environment = new TreeMap<String, String>();
    environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
    environment.put("HOME", home);
    environment.put("CLAUDE_CONFIG_DIR", home + "/.claude");
    environment.put("TMPDIR", folder.toString());
    environment.put("LANG", "C.UTF-8");
    environment.put("ANTHROPIC_BASE_URL", baseUrl.toString());
    environment.put("ANTHROPIC_AUTH_TOKEN", authToken);
    environment.put("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
    environment.put("DISABLE_AUTOUPDATER", "1");
    environment.put("DISABLE_BUG_COMMAND", "1");
    environment.put("DISABLE_ERROR_REPORTING", "1");
    environment.put("DISABLE_TELEMETRY", "1");
    return environment;
  }
}
