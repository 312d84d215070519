package dev.sluice.testkit.provider;

/// How much a simulator remembers; beyond it the oldest is forgotten.
///
/// @param bodyBytesMax of all request bodies together; 0 keeps none
public record Retention(
    int requestsMax,
    int billEntriesMax,
    int violationsMax,
    int cachedPrefixesMax,
    long bodyBytesMax) {

  public static final Retention STANDARD = new Retention(10_000, 100_000, 1_000, 20_000, 0);

  public Retention withBodyBytesMax(long bytes) {
    return new Retention(requestsMax, billEntriesMax, violationsMax, cachedPrefixesMax, bytes);
  }
}
