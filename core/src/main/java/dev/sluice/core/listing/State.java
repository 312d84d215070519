package dev.sluice.core.listing;

import org.jspecify.annotations.Nullable;

/// Whether an object does what it is for, and why not.
///
/// @param ready `True`, `False` or `Unknown`
/// @param programmed whether this version is in force; null where nobody said
/// @param reason one CamelCase word
/// @param message a sentence for people
public record State(String ready, @Nullable String programmed, String reason, String message) {

  /// What was not told.
  public static final State UNKNOWN = new State("Unknown", null, "NotReported", "nothing is told");

  /// The last good version is in force, and not the one that is written.
  public static final String LAST_GOOD = "LastGoodVersion";
}
