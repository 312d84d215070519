package dev.sluice.testkit.http;

/// One header line as it was on the wire.
public record Header(String name, String value) {

  public boolean named(String other) {
    return name.equalsIgnoreCase(other);
  }
}
