package dev.sluice.compiler.manifest;

import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The values of a Secret, decoded.
public record SecretValues(SortedMap<String, String> values) {

  public SecretValues {
    values = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /// The value without the single line break that `kubectl create secret --from-file` leaves at its
  /// end.
  public @Nullable String value(String key) {
    var value = values.get(key);
    if (value == null || !value.endsWith("\n")) {
      return value;
    }
    int end = value.length() - (value.endsWith("\r\n") ? 2 : 1);
    return value.substring(0, end);
  }

  public Set<String> keys() {
    return values.keySet();
  }

  /// The keys only.
  @Override
  public String toString() {
    return "SecretValues" + keys();
  }
}
