package dev.sluice.feed;

/// How a publication ended.
public sealed interface Published {

  /// It is what gateways read from now on.
  record Switched(long generation) implements Published {}

  /// Somebody has published since: the caller leads no more, or must read what is there first.
  ///
  /// @param generation of what is there
  record Overtaken(long generation, String by) implements Published {}
}
