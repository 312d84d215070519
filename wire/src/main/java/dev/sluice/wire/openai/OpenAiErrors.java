package dev.sluice.wire.openai;

import dev.sluice.wire.translate.ProviderError;
import dev.sluice.wire.translate.ProviderError.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads errors in all the shapes that OpenAI and the services that follow it give them.
public final class OpenAiErrors {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int MESSAGE_CHARS_MAX = 4000;

  /// What codes and types mean, whatever the status.
  private static final Map<String, Kind> KINDS =
      Map.ofEntries(
          Map.entry("insufficient_quota", Kind.BILLING),
          Map.entry("billing_hard_limit_reached", Kind.BILLING),
          Map.entry("billing_not_active", Kind.BILLING),
          Map.entry("exceeded_current_quota_error", Kind.BILLING),
          Map.entry("insufficient_balance", Kind.BILLING),
          Map.entry("insufficient_balance_error", Kind.BILLING),
          // DashScope, with status 400.
          Map.entry("arrearage", Kind.BILLING),
          Map.entry("rate_limit_exceeded", Kind.RATE_LIMIT),
          Map.entry("rate_limit_error", Kind.RATE_LIMIT),
          Map.entry("rate_limit_reached_error", Kind.RATE_LIMIT),
          Map.entry("rate_limited", Kind.RATE_LIMIT),
          Map.entry("too_many_requests_error", Kind.RATE_LIMIT),
          Map.entry("invalid_api_key", Kind.CREDENTIAL),
          Map.entry("authentication_error", Kind.CREDENTIAL),
          Map.entry("invalid_authentication_error", Kind.CREDENTIAL),
          Map.entry("permission_denied_error", Kind.PERMISSION),
          Map.entry("model_not_found", Kind.NOT_FOUND),
          Map.entry("resource_not_found_error", Kind.NOT_FOUND),
          Map.entry("engine_overloaded_error", Kind.OVERLOADED),
          Map.entry("server_overloaded", Kind.OVERLOADED),
          Map.entry("overloaded_error", Kind.OVERLOADED),
          Map.entry("overloaded", Kind.OVERLOADED),
          Map.entry("server_error", Kind.SERVER),
          Map.entry("internal_server_error", Kind.SERVER));

  /// What the codes of MiniMax mean, which can come with status 200; others are its own fault.
  private static final Map<Integer, Kind> BASE_KINDS =
      Map.of(
          1001, Kind.TIMEOUT,
          1002, Kind.RATE_LIMIT,
          1004, Kind.CREDENTIAL,
          1008, Kind.BILLING,
          1026, Kind.INVALID_REQUEST,
          1027, Kind.INVALID_REQUEST,
          1039, Kind.RATE_LIMIT,
          2013, Kind.INVALID_REQUEST,
          2049, Kind.CREDENTIAL);

  private static final Set<String> MESSAGES = Set.of("message", "msg", "detail", "error");

  /// Statuses that no full context has.
  private static final Set<Integer> OF_OTHERS = Set.of(401, 402, 403, 404, 429);

  private OpenAiErrors() {}

  public static ProviderError read(int status, byte[] body) {
    var text = new String(body, StandardCharsets.UTF_8).strip();
    try {
      return read(status, JSON.readTree(text));
    } catch (JacksonException _) {
      return error(status, "", "", text);
    }
  }

  /// Whether an answer is an error, whatever its status and whatever else it has.
  public static boolean isError(JsonNode answer) {
    var error = answer.path("error");
    return error.isString()
        || (error.isObject() && !error.isEmpty())
        || "error".equals(answer.path("object").asString(""))
        || baseCode(answer) != 0;
  }

  /// @param answer an error's whole JSON; `status` counts where it tells none of its own
  public static ProviderError read(int status, JsonNode answer) {
    var first = answer.isArray() && !answer.isEmpty() ? answer.get(0) : answer;
    if (baseCode(first) != 0) {
      return baseError(status, first);
    }
    var error = first.path("error").isObject() ? first.path("error") : first;
    var message = message(error);
    var code = word(error.path("code"));
    int told = number(error.path("code"), number(error.path("status"), 0));
    return error(
        status >= 400 ? status : told,
        code,
        word(error.path("type")),
        message.isEmpty() ? answer.toString() : message);
  }

  /// 0 where there is none, or no error.
  private static int baseCode(JsonNode answer) {
    return answer.path("base_resp").path("status_code").asInt(0);
  }

  private static ProviderError baseError(int status, JsonNode answer) {
    var message = answer.path("base_resp").path("status_msg").asString("");
    var error = error(status, "", "", message.isEmpty() ? answer.toString() : message);
    return error.kind() == Kind.PROMPT_TOO_LONG
        ? error
        : new ProviderError(
            BASE_KINDS.getOrDefault(baseCode(answer), Kind.SERVER), error.message());
  }

  private static ProviderError error(int status, String code, String type, String text) {
    var message = text.substring(0, Math.min(text.length(), MESSAGE_CHARS_MAX));
    var full = OF_OTHERS.contains(status) ? null : ContextErrors.read(code + " " + type, message);
    return full != null ? full : new ProviderError(kind(status, code, type, message), message);
  }

  private static Kind kind(int status, String code, String type, String message) {
    var named = KINDS.containsKey(code) ? KINDS.get(code) : KINDS.get(type);
    if (named != null && (named != Kind.SERVER || status < 400)) {
      return outOfMoney(message) ? Kind.BILLING : named;
    }
    return switch (status) {
      // xAI says it with this status; its words have a part of the key.
      case 400 ->
          message.startsWith("Incorrect API key provided") ? Kind.CREDENTIAL : Kind.INVALID_REQUEST;
      case 401 -> Kind.CREDENTIAL;
      case 402 -> Kind.BILLING;
      case 403 -> outOfMoney(message) ? Kind.BILLING : Kind.PERMISSION;
      case 404 -> Kind.NOT_FOUND;
      case 413 -> Kind.TOO_LARGE;
      case 429 -> outOfMoney(message) ? Kind.BILLING : Kind.RATE_LIMIT;
      case 408, 504, 524 -> Kind.TIMEOUT;
      case 503, 529 -> Kind.OVERLOADED;
      // Groq's word for no capacity, with a type; Cohere's for what it will not read, without.
      case 498 -> type.isEmpty() ? Kind.INVALID_REQUEST : Kind.OVERLOADED;
      default -> status >= 400 && status < 500 ? Kind.INVALID_REQUEST : Kind.SERVER;
    };
  }

  private static boolean outOfMoney(String message) {
    var lower = message.toLowerCase(Locale.ROOT);
    return lower.contains("exceeded your current quota")
        || lower.contains("insufficient balance")
        || lower.contains("insufficient credits")
        || lower.contains("used all available credits")
        || lower.contains("insufficient_quota");
  }

  private static String message(JsonNode error) {
    if (error.isString()) {
      return error.stringValue();
    }
    if (error.isArray() || !error.isObject()) {
      return error.isEmpty() ? "" : error.toString();
    }
    for (var member : error.properties()) {
      if (MESSAGES.contains(member.getKey())) {
        var message = message(member.getValue());
        if (!message.isEmpty()) {
          return message;
        }
      }
    }
    return "";
  }

  private static String word(JsonNode value) {
    return value.isString() ? value.stringValue().toLowerCase(Locale.ROOT) : "";
  }

  /// Codes are words, or statuses as numbers or digits.
  private static int number(JsonNode value, int otherwise) {
    if (value.isIntegralNumber() && value.canConvertToInt()) {
      return value.intValue();
    }
    return value.isString() && value.stringValue().matches("[45][0-9]{2}")
        ? Integer.parseInt(value.stringValue())
        : otherwise;
  }
}
