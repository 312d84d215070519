package dev.sluice.testkit.openai.rules;

/// The API's own refusal of a request.
public final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final Reason reason;

  /// @param param the member that is wrong; empty for none
  /// @param code empty for none
  public record Reason(String type, String param, String code) {}

  public RefusedException(int status, String message, Reason reason) {
    super(message);
    this.status = status;
    this.reason = reason;
  }

  /// A request that can never be right.
  public static RefusedException invalid(int status, String message, String param, String code) {
    return new RefusedException(status, message, new Reason("invalid_request_error", param, code));
  }

  static RefusedException invalid(String message, String param, String code) {
    return invalid(400, message, param, code);
  }

  public int status() {
    return status;
  }

  public String text() {
    return String.valueOf(getMessage());
  }

  public Reason reason() {
    return reason;
  }
}
