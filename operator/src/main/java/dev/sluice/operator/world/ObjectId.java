package dev.sluice.operator.world;

import dev.sluice.core.policy.ObjectName;

/// What names an object of the cluster.
public record ObjectId(String kind, ObjectName name) implements Comparable<ObjectId> {

  /// In the place of a file's path: `VirtualKey/default/alice`.
  public String path() {
    return kind + "/" + name;
  }

  @Override
  public int compareTo(ObjectId other) {
    int byKind = kind.compareTo(other.kind);
    return byKind == 0 ? name.compareTo(other.name) : byKind;
  }
}
