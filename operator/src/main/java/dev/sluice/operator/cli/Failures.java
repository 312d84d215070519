package dev.sluice.operator.cli;

import java.net.ConnectException;

/// Failures of connections in words: the JDK's have none.
public final class Failures {

  private Failures() {}

  /// Of the innermost cause that says anything.
  public static String words(Throwable failure) {
    var words = failure.getClass().getSimpleName();
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException && cause.getMessage() == null) {
        return "connection refused";
      }
      words = cause.getMessage() == null ? words : cause.getMessage();
    }
    return words;
  }
}
