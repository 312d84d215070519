package dev.sluice.wire.gemini;

import static dev.sluice.wire.translate.ProviderError.Kind.BILLING;
import static dev.sluice.wire.translate.ProviderError.Kind.CREDENTIAL;
import static dev.sluice.wire.translate.ProviderError.Kind.INVALID_REQUEST;
import static dev.sluice.wire.translate.ProviderError.Kind.NOT_FOUND;
import static dev.sluice.wire.translate.ProviderError.Kind.OVERLOADED;
import static dev.sluice.wire.translate.ProviderError.Kind.PERMISSION;
import static dev.sluice.wire.translate.ProviderError.Kind.PROMPT_TOO_LONG;
import static dev.sluice.wire.translate.ProviderError.Kind.RATE_LIMIT;
import static dev.sluice.wire.translate.ProviderError.Kind.SERVER;
import static dev.sluice.wire.translate.ProviderError.Kind.TIMEOUT;
import static dev.sluice.wire.translate.ProviderError.Kind.TOO_LARGE;

import dev.sluice.wire.translate.ProviderError;
import dev.sluice.wire.translate.ProviderError.Kind;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Google's errors, each a `google.rpc.Status`, in the client's vocabulary.
final class GeminiErrors {

  private static final JsonMapper JSON = JsonMapper.shared();

  // The client shortens a conversation by these words only, and Google has no code for it.
  private static final Pattern TOO_LONG =
      Pattern.compile(
          "input token count(?: \\(?(\\d{1,18})\\)?)? exceeds the maximum number of tokens allowed"
              + "(?: \\(?(\\d{1,18})\\)?)?",
          Pattern.CASE_INSENSITIVE);

  private GeminiErrors() {}

  /// Of an answer with an error status.
  static ProviderError of(int status, byte[] body) {
    try {
      var json = JSON.readTree(body);
      var error = (json.isArray() ? json.path(0) : json).path("error");
      if (error.isObject()) {
        return of(status, error);
      }
    } catch (JacksonException _) {
      // No JSON of Google's: a proxy's page.
    }
    return new ProviderError(kind(status), "status " + status + " without a google.rpc.Status");
  }

  /// Of an error in the middle of a stream.
  static ProviderError of(JsonNode error) {
    return of(error.path("code").asInt(500), error);
  }

  private static ProviderError of(int status, JsonNode error) {
    var message = error.path("message").asString("no message");
    var tooLong = TOO_LONG.matcher(message);
    if (tooLong.find()) {
      boolean counted = tooLong.group(1) != null && tooLong.group(2) != null;
      return new ProviderError(
          PROMPT_TOO_LONG,
          counted
              ? "prompt is too long: "
                  + tooLong.group(1)
                  + " tokens > "
                  + tooLong.group(2)
                  + " maximum"
              : "Input is too long.");
    }
    return switch (reason(error)) {
      case "API_KEY_INVALID", "API_KEY_EXPIRED", "ACCESS_TOKEN_EXPIRED" ->
          new ProviderError(CREDENTIAL, message);
      case "BILLING_DISABLED" -> new ProviderError(BILLING, message);
      default -> new ProviderError(kind(error.path("status").asString(""), status), message);
    };
  }

  /// Of the detail `google.rpc.ErrorInfo`.
  private static String reason(JsonNode error) {
    for (var detail : error.path("details")) {
      var reason = detail.path("reason").asString("");
      if (!reason.isEmpty()) {
        return reason;
      }
    }
    return "";
  }

  private static Kind kind(String code, int status) {
    return switch (code) {
      case "INVALID_ARGUMENT", "OUT_OF_RANGE" -> status == 413 ? TOO_LARGE : INVALID_REQUEST;
      case "FAILED_PRECONDITION", "PERMISSION_DENIED" -> PERMISSION;
      case "UNAUTHENTICATED" -> CREDENTIAL;
      case "NOT_FOUND" -> NOT_FOUND;
      case "RESOURCE_EXHAUSTED" -> RATE_LIMIT;
      case "UNAVAILABLE" -> OVERLOADED;
      case "DEADLINE_EXCEEDED" -> TIMEOUT;
      default -> kind(status);
    };
  }

  private static Kind kind(int status) {
    return switch (status) {
      case 400 -> INVALID_REQUEST;
      case 401 -> CREDENTIAL;
      case 402 -> BILLING;
      case 403 -> PERMISSION;
      case 404 -> NOT_FOUND;
      case 408, 504 -> TIMEOUT;
      case 413 -> TOO_LARGE;
      case 429 -> RATE_LIMIT;
      case 503, 529 -> OVERLOADED;
      default -> SERVER;
    };
  }
}
