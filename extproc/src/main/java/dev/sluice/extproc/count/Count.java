package dev.sluice.extproc.count;

/// What asking for a count brought.
public sealed interface Count {

  /// @param inputTokensMax what was counted, and the margin
  record Counted(long inputTokensMax) implements Count {}

  /// Asking again would bring the same: this request, or this provider, has no count.
  record Never() implements Count {}

  /// Nobody answered in time; a moment later somebody may.
  record Lost() implements Count {}
}
