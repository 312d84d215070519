package dev.sluice.testkit.http;

/// A request that breaks HTTP/1.1 or a named limit; the connection cannot be used any further.
public final class MalformedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int status;

  MalformedException(int status, String message) {
    super(message);
    this.status = status;
  }

  static MalformedException badRequest(String message) {
    return new MalformedException(400, message);
  }

  public int status() {
    return status;
  }
}
