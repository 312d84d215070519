package dev.sluice.compiler;

import dev.sluice.core.policy.ObjectName;
import java.time.Instant;
import java.util.Map;

/// The values of keys that were made for VirtualKeys without a Secret of their own.
///
/// @param values those that are valid
/// @param replaced those that were valid before, and are for a while yet
public record MadeKeys(Map<ObjectName, String> values, Map<ObjectName, Replaced> replaced) {

  public MadeKeys {
    values = Map.copyOf(values);
    replaced = Map.copyOf(replaced);
  }

  /// A value that has a successor.
  ///
  /// @param until exclusive
  public record Replaced(String value, Instant until) {
    /// Without the value.
    @Override
    public String toString() {
      return "Replaced[until=" + until + "]";
    }
  }

  /// Values without predecessors.
  public static MadeKeys of(Map<ObjectName, String> values) {
    return new MadeKeys(values, Map.of());
  }

  /// Names only.
  @Override
  public String toString() {
    return "MadeKeys[values=%s, replaced=%s]".formatted(values.keySet(), replaced.keySet());
  }
}
