package dev.sluice.mcp.sandbox;

/// A limit that a run met. Each ends the run, and no program can catch it; only of a result that is
/// too large a program is told first, as an error of that call.
public sealed interface Exceeded {

  /// What happened and what to do, for who wrote the program.
  String sentence();

  record WallTime(long millisMax) implements Exceeded {
    @Override
    public String sentence() {
      return "The program was stopped after %d ms, the longest a run may take, waiting included. "
              .formatted(millisMax)
          + "Call fewer or faster tools, or call them side by side with Promise.all.";
    }
  }

  record CpuTime(long millisMax) implements Exceeded {
    @Override
    public String sentence() {
      return "The program was stopped after it had computed for %d ms. ".formatted(millisMax)
          + "Look for a loop without end, or do less work.";
    }
  }

  record Memory(long bytesMax) implements Exceeded {
    @Override
    public String sentence() {
      return "The program was stopped as it needed more than %d bytes of memory. "
              .formatted(bytesMax)
          + "Ask tools for less, and keep only what you need of their results.";
    }
  }

  /// That of all runs together.
  record SharedMemory() implements Exceeded {
    @Override
    public String sentence() {
      return "The program was stopped as all programs together needed too much memory. "
          + "Ask tools for less, or try again later.";
    }
  }

  record Stack() implements Exceeded {
    @Override
    public String sentence() {
      return "The program was stopped as its functions called one another too deep. "
          + "Look for a recursion without end, or use a loop.";
    }
  }

  record Calls(long max) implements Exceeded {
    @Override
    public String sentence() {
      return "The program was stopped at its tool call number %d; %d are allowed in a run. "
              .formatted(max + 1, max)
          + "Ask for more with each call.";
    }
  }

  record ParallelCalls(long max) implements Exceeded {
    @Override
    public String sentence() {
      return "The program was stopped as more than %d tool calls ran at once.".formatted(max);
    }
  }

  record Input(ToolName tool, long bytes, long bytesMax) implements Exceeded {
    @Override
    public String sentence() {
      return "The program was stopped as the input of %s had %d bytes; %d are allowed."
          .formatted(tool, bytes, bytesMax);
    }
  }

  record Result(ToolName tool, long bytes, long bytesMax) implements Exceeded {
    @Override
    public String sentence() {
      return "The result of %s had %d bytes; %d are allowed. Ask this tool for less."
          .formatted(tool, bytes, bytesMax);
    }
  }

  record Code(long bytes, long bytesMax) implements Exceeded {
    @Override
    public String sentence() {
      return "The program has %d bytes; %d are allowed. Nothing was run."
          .formatted(bytes, bytesMax);
    }
  }

  record Runs(long max) implements Exceeded {
    @Override
    public String sentence() {
      return "%d programs are running, as many as may at once. Nothing was run; try again later."
          .formatted(max);
    }
  }
}
