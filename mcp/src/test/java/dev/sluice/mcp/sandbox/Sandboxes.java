package dev.sluice.mcp.sandbox;

import dev.sluice.mcp.sandbox.Outcome.Failed;
import dev.sluice.mcp.sandbox.Outcome.ProgramError;
import dev.sluice.mcp.sandbox.Outcome.Returned;
import dev.sluice.mcp.sandbox.Outcome.Stopped;
import dev.sluice.mcp.sandbox.Tools.Answer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One sandbox for all tests, with tools that answer at once.
public final class Sandboxes {
  static final long MEMORY_BYTES_MAX = 64L << 20;
  static final Instant NOW = Instant.parse("2026-03-04T05:06:07.890Z");
  static final Sandbox SANDBOX =
      new Sandbox(new Capacity(2, 4, MEMORY_BYTES_MAX), InstantSource.fixed(NOW));
  static final List<ToolName> NAMES =
      List.of(
          new ToolName("github", "get_issue"),
          new ToolName("github", "list_issues"),
          new ToolName("my-files", "read.file"));

  /// Little of everything, so that attacks end soon.
  static final Limits SMALL = new Limits(20_000, 200, 16L << 20, 20, 4, 4096, 16_384, 4096, 65_536);

  /// The same of all but time, for what does not end by it.
  static final Limits PATIENT =
      new Limits(60_000, 10_000, 16L << 20, 20, 4, 4096, 16_384, 4096, 65_536);

  private Sandboxes() {}

  static Outcome run(String code, Limits limits, Tools tools) {
    try {
      return SANDBOX.run(new Program(code, NAMES), limits, tools);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static Outcome run(String code) {
    return run(code, Limits.STANDARD, (tool, input) -> new Answer.Result(input));
  }

  static @Nullable String json(Outcome outcome) {
    if (outcome instanceof Returned returned) {
      return returned.json();
    }
    throw new AssertionError(outcome.toString());
  }

  public static @Nullable String returned(String code) {
    return json(run(code));
  }

  static ProgramError error(Outcome outcome) {
    if (outcome instanceof Failed failed) {
      return failed.error();
    }
    throw new AssertionError(outcome.toString());
  }

  static Exceeded exceeded(Outcome outcome) {
    if (outcome instanceof Stopped stopped) {
      return stopped.exceeded();
    }
    throw new AssertionError(outcome.toString());
  }
}
