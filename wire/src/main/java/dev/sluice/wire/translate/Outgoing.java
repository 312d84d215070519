package dev.sluice.wire.translate;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// A request for a provider, without its credential.
///
/// @param path below the provider's endpoint, with its query
/// @param headers by lower-case name, `content-type` among them
/// @param body owned by the reader
/// @param untold names of what the language has no word for and no answer depends on, sorted
@SuppressWarnings("ArrayRecordComponent") // It goes out as it is.
public record Outgoing(
    String path,
    SortedMap<String, String> headers,
    byte[] body,
    Expected expected,
    List<String> untold) {

  public Outgoing {
    headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
    untold = untold.stream().distinct().sorted().toList();
  }

  /// JSON at a path.
  public static Outgoing json(String path, byte[] body, Expected expected, List<String> untold) {
    var headers = new TreeMap<>(Map.of("content-type", "application/json"));
    return new Outgoing(path, headers, body, expected, untold);
  }

  /// What must be known to read the answer.
  ///
  /// @param stream whether it is a stream
  /// @param toolNames the client's names of tools by the names that the provider was told, where
  ///   they differ ([ToolNames])
  public record Expected(boolean stream, Map<String, String> toolNames) {
    public Expected {
      toolNames = Map.copyOf(toolNames);
    }

    /// The client's name of a tool.
    public String toolName(String told) {
      return toolNames.getOrDefault(told, told);
    }
  }
}
