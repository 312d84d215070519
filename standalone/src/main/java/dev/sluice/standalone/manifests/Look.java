package dev.sluice.standalone.manifests;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What is on disk at one moment; equal to another look where a reading would find the same.
///
/// @param files the manifests, in order
/// @param broken what cannot be looked at, with the reason
/// @param changing files that are just being written
/// @param folders the identities of the folders that the user named
record Look(
    Map<Path, Fingerprint> files,
    Map<Path, String> broken,
    Set<Path> changing,
    Map<Path, String> folders) {

  static final Look NONE = new Look(Map.of(), Map.of(), Set.of(), Map.of());

  /// What changes whenever a file is changed or replaced.
  record Fingerprint(boolean empty, String identity) {}

  Look {
    files = Collections.unmodifiableMap(new TreeMap<>(files));
    broken = Collections.unmodifiableMap(new TreeMap<>(broken));
    changing = Collections.unmodifiableSet(new TreeSet<>(changing));
    folders = Collections.unmodifiableMap(new TreeMap<>(folders));
  }

  /// Whether a manifest lies below the folder.
  boolean fills(Path folder) {
    return files.keySet().stream().anyMatch(file -> file.startsWith(folder));
  }

  Look withBroken(Map<Path, String> more) {
    var all = new TreeMap<>(broken);
    all.putAll(more);
    return new Look(files, all, changing, folders);
  }

  /// With these files as changing, whatever else is known of them.
  Look withChanging(Set<Path> more) {
    var rest = new TreeMap<>(files);
    rest.keySet().removeAll(more);
    var all = new TreeSet<>(changing);
    all.addAll(more);
    return new Look(rest, broken, all, folders);
  }
}
