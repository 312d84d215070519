package dev.sluice.mcp.sandbox.engine;

/// What answers the code of one run; all that it can reach outside of its engine.
public interface Host {

  /// A host of an engine that runs nothing yet.
  Host NONE =
      (operation, _, _) -> {
        throw new IllegalStateException("BUG: " + operation + " before a run");
      };

  /// Answers one question of the prelude. What this throws ends the run; no code can catch it.
  ///
  /// @param operation one of the prelude's words
  /// @param head a few characters beside it
  /// @param body not read before it is asked for, since code decides how long it is
  /// @return never empty: the module frees an answer, and crashes over one of no bytes
  String answer(String operation, String head, Body body);

  /// Bytes in an engine's memory.
  interface Body {

    int bytes();

    /// Copies them into the heap of this process.
    String text();

    /// Copies so many of them at most, from the first on, and no part of a character.
    String text(long bytesMax);
  }
}
