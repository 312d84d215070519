package dev.sluice.core.policy;

/// The identity of an object: its namespace and its name.
public record ObjectName(String namespace, String name) implements Comparable<ObjectName> {

  private static final String DEFAULT_NAMESPACE = "default";

  /// What a reference in a manifest names: `NAME` of the namespace that refers, or
  /// `NAMESPACE/NAME`.
  public static ObjectName of(String reference, String namespace) {
    int slash = reference.indexOf('/');
    return slash < 0
        ? new ObjectName(namespace, reference)
        : new ObjectName(reference.substring(0, slash), reference.substring(slash + 1));
  }

  /// As a reference in a manifest of that namespace has it.
  public String from(String referring) {
    return namespace.equals(referring) ? name : toString();
  }

  /// As people say it: without the namespace where that is `default`.
  public String label() {
    return namespace.equals(DEFAULT_NAMESPACE) ? name : toString();
  }

  @Override
  public int compareTo(ObjectName other) {
    int byNamespace = namespace.compareTo(other.namespace);
    return byNamespace == 0 ? name.compareTo(other.name) : byNamespace;
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
