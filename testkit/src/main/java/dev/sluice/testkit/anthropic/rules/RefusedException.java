package dev.sluice.testkit.anthropic.rules;

/// The API's own refusal of a request: status, error type and message.
public final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String type;

  public RefusedException(int status, String type, String message) {
    super(message);
    this.status = status;
    this.type = type;
  }

  static RefusedException invalid(String message) {
    return new RefusedException(400, "invalid_request_error", message);
  }

  public int status() {
    return status;
  }

  public String type() {
    return type;
  }

  public String text() {
    return String.valueOf(getMessage());
  }
}
