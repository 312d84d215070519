package dev.sluice.core.usage;

/// What the provider itself told of the tokens of an answer, in its own words.
public sealed interface RawUsage {

  /// @param json an object, with numbers and single words only
  record Told(String json) implements RawUsage {}

  /// It was longer than a record has room for.
  record LeftOut(long bytes) implements RawUsage {}
}
