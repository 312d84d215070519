package dev.sluice.wire.bedrock;

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
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Bedrock's errors in the client's vocabulary.
final class BedrockErrors {

  private static final JsonMapper JSON = JsonMapper.shared();

  /// By the exception's name, of a stream or of the member `__type`.
  private static final Map<String, Kind> KINDS =
      Map.ofEntries(
          Map.entry("validationexception", INVALID_REQUEST),
          Map.entry("throttlingexception", RATE_LIMIT),
          Map.entry("servicequotaexceededexception", RATE_LIMIT),
          Map.entry("modeltimeoutexception", TIMEOUT),
          Map.entry("modelnotreadyexception", OVERLOADED),
          Map.entry("serviceunavailableexception", OVERLOADED),
          Map.entry("modelerrorexception", SERVER),
          Map.entry("modelstreamerrorexception", SERVER),
          Map.entry("internalserverexception", SERVER),
          Map.entry("accessdeniedexception", PERMISSION),
          Map.entry("resourcenotfoundexception", NOT_FOUND),
          Map.entry("expiredtokenexception", CREDENTIAL),
          Map.entry("unrecognizedclientexception", CREDENTIAL),
          Map.entry("invalidsignatureexception", CREDENTIAL));

  // What the client recovers by is told in words only, and the words are the model's own, behind
  // a sentence of Bedrock.
  private static final Pattern TOO_LONG =
      Pattern.compile("prompt is too long: \\d+ tokens > \\d+ maximum");

  private static final String INPUT_TOO_LONG = "Input is too long";
  private static final String OUTPUT_TOO_LONG =
      "input length and `max_tokens` exceed context limit";
  private static final Pattern PREFACE =
      Pattern.compile("^(The model returned the following errors: )+");

  private BedrockErrors() {}

  /// Of an answer with an error status.
  static ProviderError of(int status, byte[] body) {
    var json = read(body);
    var message = message(json);
    var type = json.path("__type").asString("");
    var kind = kind(type.substring(type.lastIndexOf('#') + 1));
    return of(kind == SERVER ? kind(status, message) : kind, message);
  }

  /// Of a frame that ends a stream early.
  static ProviderError of(Frame.Thrown thrown) {
    var json = read(thrown.payload());
    var message = message(json);
    return switch (json.path("originalStatusCode").asInt(0)) {
      case 429, 503, 529 -> new ProviderError(OVERLOADED, message);
      default -> of(kind(thrown.type()), message);
    };
  }

  static ProviderError of(Frame.Failure failure) {
    return of(kind(failure.code()), failure.code() + ": " + failure.message());
  }

  private static ProviderError of(Kind kind, String message) {
    var words = PREFACE.matcher(message).replaceFirst("");
    if (kind != INVALID_REQUEST) {
      return new ProviderError(kind, words);
    }
    var tooLong = TOO_LONG.matcher(words);
    if (tooLong.find()) {
      return new ProviderError(PROMPT_TOO_LONG, tooLong.group());
    }
    if (words.startsWith(INPUT_TOO_LONG)) {
      return new ProviderError(PROMPT_TOO_LONG, INPUT_TOO_LONG + ".");
    }
    int output = words.indexOf(OUTPUT_TOO_LONG);
    return new ProviderError(kind, words.substring(Math.max(output, 0)));
  }

  private static Kind kind(String type) {
    return KINDS.getOrDefault(type.toLowerCase(Locale.ROOT), SERVER);
  }

  private static Kind kind(int status, String message) {
    return switch (status) {
      case 400, 422 -> INVALID_REQUEST;
      case 401 -> CREDENTIAL;
      // A key pair that is not known is refused like a call that is not allowed.
      case 403 ->
          message.contains("security token") || message.contains("signature")
              ? CREDENTIAL
              : PERMISSION;
      case 404 -> NOT_FOUND;
      case 408, 504 -> TIMEOUT;
      case 413 -> TOO_LARGE;
      case 429 -> RATE_LIMIT;
      case 503, 529 -> OVERLOADED;
      default -> SERVER;
    };
  }

  /// IAM writes the member with a capital letter.
  private static String message(JsonNode json) {
    return json.path("message").asString(json.path("Message").asString("no message"));
  }

  private static JsonNode read(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (JacksonException _) {
      return JSON.missingNode();
    }
  }
}
