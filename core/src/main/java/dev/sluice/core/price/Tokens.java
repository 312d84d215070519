package dev.sluice.core.price;

/// The tokens of one exchange by class, as the provider bills them; no class contains another.
///
/// Thinking counts as output. Web searches are uses, not tokens.
public record Tokens(
    long input,
    long output,
    long cacheRead,
    long cacheWrite5m,
    long cacheWrite1h,
    long webSearches) {

  public static final Tokens NONE = new Tokens(0, 0, 0, 0, 0, 0);

  public Tokens {
    if (Math.min(Math.min(input, output), Math.min(cacheRead, cacheWrite5m)) < 0
        || Math.min(cacheWrite1h, webSearches) < 0) {
      throw new IllegalArgumentException("tokens must not be negative");
    }
  }

  /// All that the model read: uncached input, cache reads and cache writes.
  public long inputInAll() {
    return input + cacheRead + cacheWrite5m + cacheWrite1h;
  }

  /// All that the model read and wrote.
  public long inAll() {
    return inputInAll() + output;
  }

  /// The same, had so many more of what was read come from the cache; at most all.
  public Tokens fromCache(long tokens) {
    long of5m = Math.min(tokens, cacheWrite5m);
    long of1h = Math.min(tokens - of5m, cacheWrite1h);
    long ofInput = Math.min(tokens - of5m - of1h, input);
    return new Tokens(
        input - ofInput,
        output,
        cacheRead + of5m + of1h + ofInput,
        cacheWrite5m - of5m,
        cacheWrite1h - of1h,
        webSearches);
  }

  public Tokens withOutput(long tokens) {
    return new Tokens(input, tokens, cacheRead, cacheWrite5m, cacheWrite1h, webSearches);
  }
}
