package dev.sluice.extproc.reply;

import java.util.List;
import java.util.stream.Stream;

/// An answer that the gateway gives by itself.
///
/// @param details a word for Envoy's log: why the provider was not asked
@SuppressWarnings("ArrayRecordComponent") // It goes out as it is.
public record Answer(int status, List<Header> headers, byte[] body, String details) {
  public Answer {
    headers = List.copyOf(headers);
  }

  /// The same answer with more headers.
  public Answer with(List<Header> more) {
    return new Answer(
        status, Stream.concat(headers.stream(), more.stream()).toList(), body, details);
  }

  /// The same answer in other words.
  public Answer withBody(byte[] other) {
    return new Answer(status, headers, other, details);
  }

  @Override
  public String toString() {
    return "Answer[" + status + ", " + headers + ", " + details + "]";
  }
}
