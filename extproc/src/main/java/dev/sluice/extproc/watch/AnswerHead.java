package dev.sluice.extproc.watch;

import org.jspecify.annotations.Nullable;

/// The head of an answer.
///
/// @param complete nothing follows
/// @param inputTokens that a cloud tells in a header; null for others
/// @param byProvider it is not one of Envoy's or the gateway's own
/// @param compressed it was, before Envoy decompressed it; of what is held back of it, the end is
///   not told
public record AnswerHead(
    String status,
    String contentType,
    @Nullable String contentEncoding,
    boolean complete,
    @Nullable Long inputTokens,
    boolean byProvider,
    boolean compressed) {

  public boolean isGood() {
    return status.startsWith("2");
  }

  /// One that must not be read whole.
  public boolean isCompressedError() {
    return compressed && !isGood();
  }

  public int statusCode() {
    return Integer.parseInt(status);
  }

  /// Whether its events can be read. Envoy has decompressed what it had asked for.
  boolean isReadableStream() {
    return status.startsWith("2")
        && contentType.startsWith("text/event-stream")
        && contentEncoding == null
        && !complete;
  }
}
