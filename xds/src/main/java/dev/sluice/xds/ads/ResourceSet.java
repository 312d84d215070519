package dev.sluice.xds.ads;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Resources of one type by name, each with the version of its content.
record ResourceSet(SortedMap<String, Entry> entries) {

  static final ResourceSet NONE = new ResourceSet(new TreeMap<>());

  record Entry(String version, Any content) {}

  ResourceSet {
    entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
  }

  static ResourceSet of(Map<String, ? extends Message> messages) {
    var entries = new TreeMap<String, Entry>();
    messages.forEach(
        (name, message) ->
            entries.put(
                name, new Entry(Versions.of(List.of(message.toByteString())), Any.pack(message))));
    return new ResourceSet(entries);
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  ResourceSet only(Set<String> names) {
    var some = new TreeMap<>(entries);
    some.keySet().retainAll(names);
    return new ResourceSet(some);
  }

  /// These without those that have one of the versions.
  ResourceSet without(Map<String, String> versions) {
    var some = new TreeMap<>(entries);
    some.entrySet().removeIf(e -> e.getValue().version.equals(versions.get(e.getKey())));
    return new ResourceSet(some);
  }

  /// These, and `more`, which wins where both have a name.
  ResourceSet and(ResourceSet more) {
    var all = new TreeMap<>(entries);
    all.putAll(more.entries);
    return new ResourceSet(all);
  }

  /// The version of each by name.
  Map<String, String> versions() {
    var versions = new TreeMap<String, String>();
    entries.forEach((name, entry) -> versions.put(name, entry.version));
    return versions;
  }

  /// The version of them all.
  String version() {
    return Versions.of(
        entries.values().stream().map(entry -> ByteString.copyFromUtf8(entry.version)).toList());
  }

  /// Names only: some are secret.
  @Override
  public String toString() {
    return "ResourceSet" + entries.keySet();
  }
}
