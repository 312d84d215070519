package dev.sluice.wire.openai.client.answer;

import static dev.sluice.wire.openai.client.answer.ClientEncoder.JSON;

import dev.sluice.wire.translate.ProviderError;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// An error as a client of OpenAI reads it, made of one in Anthropic's words.
final class ClientError {

  private ClientError() {}

  /// @param code that programs look at; null where OpenAI has none
  record Words(String type, @Nullable String code) {

    static Words of(String type, String message) {
      return switch (type) {
        case "authentication_error" -> invalid("invalid_api_key");
        case "not_found_error" -> invalid("not_found");
        case "policy_blocked", "request_too_large" -> invalid(type);
        case "permission_error" -> invalid("permission_denied");
        case "invalid_request_error" ->
            invalid(isTooLong(message) ? "context_length_exceeded" : null);
        case "billing_error" -> new Words("insufficient_quota", "insufficient_quota");
        case "rate_limit_error" -> new Words("rate_limit_error", "rate_limit_exceeded");
        case "overloaded_error" -> new Words("server_error", "overloaded");
        case "timeout_error" -> new Words("server_error", "timeout");
        default -> new Words("server_error", null);
      };
    }

    private static Words invalid(@Nullable String code) {
      return new Words("invalid_request_error", code);
    }

    /// Anthropic says it in these words only, and programs look for OpenAI's code.
    private static boolean isTooLong(String message) {
      return message.startsWith("prompt is too long") || message.startsWith("Input is too long");
    }
  }

  static ObjectNode of(ProviderError error) {
    return envelope(error.kind().type(), error.message());
  }

  /// @param type in Anthropic's envelope
  static ObjectNode envelope(String type, String message) {
    var words = Words.of(type, message);
    var envelope = JSON.createObjectNode();
    envelope
        .putObject("error")
        .put("message", message)
        .put("type", words.type())
        .putNull("param")
        .put("code", words.code());
    return envelope;
  }
}
