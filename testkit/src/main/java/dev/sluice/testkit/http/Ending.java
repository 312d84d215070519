package dev.sluice.testkit.http;

/// How a server breaks off an answer.
public enum Ending {
  /// The connection closes in good order in the middle of the answer.
  FIN,
  /// The connection is reset.
  RST,
  /// The answer ends as if it were complete; the connection lives on.
  CLEAN
}
