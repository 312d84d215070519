package dev.sluice.standalone.fetch;

/// A real part that can be neither found nor fetched; the message is the sentence for the user.
public final class FetchException extends Exception {

  private static final long serialVersionUID = 1L;

  public FetchException(String message) {
    super(message);
  }

  FetchException(String message, Throwable cause) {
    super(message, cause);
  }
}
