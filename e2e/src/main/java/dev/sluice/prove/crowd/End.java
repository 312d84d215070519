package dev.sluice.prove.crowd;

/// How a request ended for the developer who sent it.
public sealed interface End {

  Ask ask();

  record Answered(Ask ask) implements End {}

  record Cancelled(Ask ask) implements End {}

  /// Told not to try again.
  record Refused(Ask ask, long atNanos, String body) implements End {}

  /// Told to try again for longer than the run lasts.
  record GaveUp(Ask ask) implements End {}
}
