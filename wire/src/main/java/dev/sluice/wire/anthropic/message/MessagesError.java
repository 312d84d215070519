package dev.sluice.wire.anthropic.message;

import static dev.sluice.wire.anthropic.message.MessageJson.JSON;

import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.json.WellFormed;
import dev.sluice.wire.translate.ProviderError;
import dev.sluice.wire.translate.ProviderError.Kind;
import dev.sluice.wire.translate.UntranslatableException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/// An error as a client of the Messages API reads it.
///
/// A provider's own words can name our account: the client is told them only where it recovers by
/// them.
///
/// @param status of HTTP; those of a refused credential are the provider's, to be treated as those
///   that Anthropic sends itself
/// @param body in Anthropic's envelope, owned by the reader
@SuppressWarnings("ArrayRecordComponent") // It goes out as it is.
public record MessagesError(int status, byte[] body) {

  private static final int MESSAGE_CHARS_MAX = 4096;
  private static final String INVALID_REQUEST = Kind.INVALID_REQUEST.type();

  /// Whether a provider says it in these words by itself: Claude does, wherever it is served.
  public static boolean isOne(byte[] body) {
    try {
      var json = JSON.readTree(body);
      return json.path("type").asString("").equals("error")
          && json.path("error").path("type").isString();
    } catch (JacksonException _) {
      return false;
    }
  }

  /// What the provider said.
  public static MessagesError of(ProviderError error, String requestId) {
    var kind = error.kind();
    return error(kind.status(), envelope(kind.type(), message(error), requestId));
  }

  /// What its language has no word for. Claude Code knows some of these by a word, and sends the
  /// request again without.
  public static MessagesError of(UntranslatableException refused, String requestId) {
    var word = refused.capability().word();
    var sentence = String.valueOf(refused.getMessage());
    var message = word.isEmpty() ? sentence : "capability_rejected: " + word;
    return error(400, envelope(INVALID_REQUEST, message, requestId));
  }

  /// What no provider would take.
  public static MessagesError of(MalformedBodyException malformed, String requestId) {
    var message = String.valueOf(malformed.getMessage());
    return error(400, envelope(INVALID_REQUEST, message, requestId));
  }

  /// The data of an event `error`. The trouble that a provider has with us is not the client's: a
  /// stream has no status to change afterwards.
  static ObjectNode midStream(ProviderError error, String requestId) {
    var type =
        switch (error.kind()) {
          case CREDENTIAL, PERMISSION, BILLING -> Kind.SERVER.type();
          case INVALID_REQUEST,
              PROMPT_TOO_LONG,
              NOT_FOUND,
              TOO_LARGE,
              RATE_LIMIT,
              OVERLOADED,
              TIMEOUT,
              SERVER ->
              error.kind().type();
        };
    return envelope(type, message(error), requestId);
  }

  private static MessagesError error(int status, ObjectNode envelope) {
    return new MessagesError(status, JSON.writeValueAsBytes(envelope));
  }

  private static ObjectNode envelope(String type, String message, String requestId) {
    var envelope = JSON.createObjectNode().put("type", "error");
    var kept = message.substring(0, Math.min(message.length(), MESSAGE_CHARS_MAX));
    envelope.putObject("error").put("type", type).put("message", WellFormed.text(kept));
    return envelope.put("request_id", requestId);
  }

  private static String message(ProviderError error) {
    boolean told = error.kind().told() && !error.message().isBlank();
    return told ? error.message() : general(error.kind());
  }

  private static String general(Kind kind) {
    return switch (kind) {
      case INVALID_REQUEST -> "the provider refused the request";
      case PROMPT_TOO_LONG -> "prompt is too long";
      case CREDENTIAL, PERMISSION, BILLING -> "the provider refused the gateway's credential";
      case NOT_FOUND -> "the provider has nothing of this name";
      case TOO_LARGE -> "the request is too large for the provider";
      case RATE_LIMIT -> "the provider's rate limit is reached";
      case OVERLOADED -> "the provider is overloaded";
      case TIMEOUT -> "the provider did not answer in time";
      case SERVER -> "the provider failed";
    };
  }
}
