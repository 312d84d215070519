package dev.sluice.wire.translate;

/// A provider's error in the client's vocabulary.
///
/// @param kind what the client does about it
/// @param message the provider's own words: for the log, and for the client only where it recovers
///   by them ([Kind#told])
public record ProviderError(Kind kind, String message) {

  /// With the status and the type of the Messages API.
  public enum Kind {
    /// The wording is the client's to act on.
    INVALID_REQUEST(400, "invalid_request_error", true),
    /// The whole message is `prompt is too long: …` or `Input is too long.`
    PROMPT_TOO_LONG(400, "invalid_request_error", true),
    CREDENTIAL(401, "authentication_error", false),
    PERMISSION(403, "permission_error", false),
    NOT_FOUND(404, "not_found_error", false),
    TOO_LARGE(413, "request_too_large", false),
    RATE_LIMIT(429, "rate_limit_error", false),
    /// The provider's account is out of money.
    BILLING(402, "billing_error", false),
    OVERLOADED(529, "overloaded_error", false),
    TIMEOUT(504, "timeout_error", false),
    SERVER(500, "api_error", false);

    private final int status;
    private final String type;
    private final boolean told;

    Kind(int status, String type, boolean told) {
      this.status = status;
      this.type = type;
      this.told = told;
    }

    public int status() {
      return status;
    }

    public String type() {
      return type;
    }

    /// Whether the client is told the provider's words.
    public boolean told() {
      return told;
    }
  }
}
