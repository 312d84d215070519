package dev.sluice.bench;

/// The three that are compared.
public enum Side {
  /// No gateway.
  DIRECT("direct"),
  /// Envoy with a listener and a cluster, nothing else.
  BARE("bare Envoy"),
  /// The gateway under test.
  SLUICE("Sluice");

  private final String title;

  Side(String title) {
    this.title = title;
  }

  /// Its name in the tables.
  public String title() {
    return title;
  }
}
