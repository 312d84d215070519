package dev.sluice.core.policy;

/// The identity of an object: its namespace and its name.
public record ObjectName(String namespace, String name) implements Comparable<ObjectName> {

  @Override
  public int compareTo(ObjectName other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
