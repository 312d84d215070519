package dev.sluice.mcp.serve.neighbour;

/// What became of the search for a stream at another gateway.
public sealed interface Sought {

  /// It goes on.
  record Found(Borrowed borrowed) implements Sought {}

  /// It has ended, and its client has all of it.
  record Read() implements Sought {}

  /// No gateway says in time that it has it.
  record Unknown() implements Sought {}
}
