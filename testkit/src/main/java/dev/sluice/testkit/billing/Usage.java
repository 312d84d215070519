package dev.sluice.testkit.billing;

/// Tokens and server tool uses of one exchange, by the classes that are priced apart.
public record Usage(
    long input,
    long output,
    long cacheRead,
    long cacheWrite5m,
    long cacheWrite1h,
    long webSearches) {

  public static final Usage NONE = new Usage(0, 0, 0, 0, 0, 0);

  public Usage plus(Usage other) {
    return new Usage(
        input + other.input,
        output + other.output,
        cacheRead + other.cacheRead,
        cacheWrite5m + other.cacheWrite5m,
        cacheWrite1h + other.cacheWrite1h,
        webSearches + other.webSearches);
  }

  public static Usage ofOutput(long tokens) {
    return new Usage(0, tokens, 0, 0, 0, 0);
  }

  /// All that was read, from the cache or not.
  public long inputInAll() {
    return input + cacheRead + cacheWrite5m + cacheWrite1h;
  }

  public long cacheWrites() {
    return cacheWrite5m + cacheWrite1h;
  }
}
