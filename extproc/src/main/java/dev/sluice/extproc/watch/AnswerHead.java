package dev.sluice.extproc.watch;

import org.jspecify.annotations.Nullable;

/// The head of a provider's answer.
///
/// @param complete nothing follows
public record AnswerHead(
    String status, String contentType, @Nullable String contentEncoding, boolean complete) {

  /// Whether its events can be read. Envoy has decompressed what it had asked for.
  boolean isReadableStream() {
    return status.startsWith("2")
        && contentType.startsWith("text/event-stream")
        && contentEncoding == null
        && !complete;
  }
}
