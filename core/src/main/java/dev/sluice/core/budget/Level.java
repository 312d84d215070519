package dev.sluice.core.budget;

/// The levels of the hierarchy at which a budget can stand, in the order in which they are shown.
public enum Level {
  KEY("key"),
  PROVIDER_CONFIG("providerConfig"),
  TEAM("team"),
  PROVIDER("provider");

  private final String word;

  Level(String word) {
    this.word = word;
  }

  /// The name in answers and in the ledger's keys.
  public String word() {
    return word;
  }
}
