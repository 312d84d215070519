package dev.sluice.core.policy;

/// The identity of an object: its namespace and its name.
public record ObjectName(String namespace, String name) implements Comparable<ObjectName> {

  private static final String DEFAULT_NAMESPACE = "default";

  /// As people say it: without the namespace where that is `default`.
  public String label() {
    return namespace.equals(DEFAULT_NAMESPACE) ? name : toString();
  }

  @Override
  public int compareTo(ObjectName other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
