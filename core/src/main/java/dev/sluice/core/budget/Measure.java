package dev.sluice.core.budget;

/// What a limit counts.
public enum Measure {
  /// Nano-dollars.
  USD("usd"),
  /// Tokens of all classes.
  TOKENS("tokens"),
  /// Requests that were sent to a provider.
  REQUESTS("requests"),
  /// Requests at once: held, and never posted.
  CONCURRENT("concurrent");

  private final String word;

  Measure(String word) {
    this.word = word;
  }

  /// The name in manifests, answers and the ledger's keys.
  public String word() {
    return word;
  }
}
