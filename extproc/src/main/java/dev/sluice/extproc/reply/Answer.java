package dev.sluice.extproc.reply;

import java.util.List;

/// An answer that the gateway gives by itself.
///
/// @param details a word for Envoy's log: why the provider was not asked
@SuppressWarnings("ArrayRecordComponent") // It goes out as it is.
public record Answer(int status, List<Header> headers, byte[] body, String details) {
  public Answer {
    headers = List.copyOf(headers);
  }

  @Override
  public String toString() {
    return "Answer[" + status + ", " + headers + ", " + details + "]";
  }
}
