package dev.sluice.core.budget;

/// Where a limit can stand: the levels of the hierarchy, in the order in which they are shown, and
/// below them the runs of clients, which caps bound.
public enum Level {
  KEY("key"),
  PROVIDER_CONFIG("providerConfig"),
  TEAM("team"),
  PROVIDER("provider"),
  SESSION("session"),
  AGENT("agent");

  private final String word;

  Level(String word) {
    this.word = word;
  }

  /// Whether a limit here is a cap: on one run of a client, not on an object.
  public boolean caps() {
    return this == SESSION || this == AGENT;
  }

  /// The name in answers and in the ledger's keys.
  public String word() {
    return word;
  }
}
