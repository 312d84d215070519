package dev.sluice.testkit.script;

/// Where a stream carries its usage.
public enum UsagePlace {
  /// Input in message_start, all of it in message_delta: as Anthropic does.
  BOTH,
  /// The final usage in message_start, none in message_delta.
  START,
  /// None in message_start, all of it in message_delta.
  DELTA,
  /// message_delta repeats the input classes as null.
  DELTA_NULLS,
  /// message_start has null in all classes, message_delta has them all.
  START_NULLS,
  /// message_start has 0 in all classes, message_delta has them all.
  START_ZEROS
}
