package dev.sluice.mcp.sandbox;

/// What stands behind the tools of a program. Called on a virtual thread for each call.
public interface Tools {

  /// Calls a tool that the program was given.
  ///
  /// @param input a JSON object, as the program made it: not checked
  /// @throws InterruptedException the run has ended, and nobody waits for the answer
  Answer call(ToolName tool, String input) throws InterruptedException;

  /// What a tool gave.
  sealed interface Answer {

    /// What it found.
    ///
    /// @param json any JSON value; what is longer than the limit is not let in
    record Result(String json) implements Answer {}

    /// An error that the program can catch.
    record Failed(String message) implements Answer {}
  }
}
