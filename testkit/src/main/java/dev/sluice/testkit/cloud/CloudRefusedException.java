package dev.sluice.testkit.cloud;

/// A service's own refusal of a request: status, error type and message.
public final class CloudRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String type;

  public CloudRefusedException(int status, String type, String message) {
    super(message);
    this.status = status;
    this.type = type;
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
