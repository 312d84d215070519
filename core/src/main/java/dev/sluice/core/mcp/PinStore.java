package dev.sluice.core.mcp;

import dev.sluice.core.policy.ObjectName;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the first list of a server had, the same for all replicas, and kept.
public interface PinStore {

  /// A definition as it was recorded.
  ///
  /// @param definition what the digest is made of, as JSON
  record Pin(String digest, String definition) {}

  /// Records the first list of a server, unless one is recorded.
  ///
  /// @param source what the list is of: another URL or command is another server
  /// @return what is recorded now, by the names of tools
  /// @throws PinsUnavailableException nobody knows what is recorded
  Map<String, Pin> recordFirst(ObjectName server, String source, Map<String, Pin> first)
      throws PinsUnavailableException;

  /// The store cannot be asked.
  final class PinsUnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    public PinsUnavailableException(String sentence, @Nullable Throwable cause) {
      super(sentence, cause);
    }
  }
}
