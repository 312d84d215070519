package dev.sluice.testkit.gemini.rules;

import dev.sluice.testkit.cloud.CloudRefusedException;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The body of a call, from its schema to what it says.
public final class GeminiRules {

  private static final Set<String> ROLES = Set.of("user", "model");
  private static final List<String> KINDS =
      List.of(
          "text",
          "inlineData",
          "fileData",
          "functionCall",
          "functionResponse",
          "executableCode",
          "codeExecutionResult");
  private static final String MEDIA =
      "image/(png|jpeg|webp|heic|heif)|application/pdf|text/[a-z]+|audio/[a-z0-9]+|video/[a-z0-9]+";
  private static final int STOP_SEQUENCES_MAX = 5;

  private GeminiRules() {}

  /// Refuses what `:generateContent` refuses.
  ///
  /// @param outputTokensMax what the model can write at most
  public static void check(JsonNode body, String model, long outputTokensMax, Dialect dialect) {
    ProtoRules.check(body, "GenerateContentRequest");
    checkGeneration(body.path("generationConfig"), outputTokensMax);
    checkShared(body, model, dialect);
    var json = body.path("generationConfig").path("responseMimeType").asString("");
    if (json.equals("application/json")) {
      SearchRules.checkAnswer(body, model);
    }
    if (json.equals("application/json") && !TurnRules.isSigned(model) && declares(body)) {
      throw invalid(
          "Function calling with a response mime type: 'application/json' is unsupported");
    }
  }

  /// Refuses what `:countTokens` refuses; returns what is counted.
  public static JsonNode checkCount(JsonNode body, String model, Dialect dialect) {
    ProtoRules.check(body, "CountTokensRequest");
    if (body.has("contents") && body.has("generateContentRequest")) {
      throw invalid(
          "* CountTokensRequest: contents and generate_content_request are mutually exclusive\n");
    }
    var counted = body.has("contents") ? body : body.path("generateContentRequest");
    checkShared(counted, model, dialect);
    return counted;
  }

  private static void checkShared(JsonNode body, String model, Dialect dialect) {
    var contents = body.path("contents");
    if (contents.isEmpty()) {
      throw invalid("* GenerateContentRequest.contents: contents is not specified\n");
    }
    for (var i = 0; i < contents.size(); i++) {
      checkContent(contents.path(i), "GenerateContentRequest.contents[" + i + "]", dialect);
    }
    if (!role(contents.path(contents.size() - 1)).equals("user")) {
      throw invalid(
          "Please ensure that multiturn requests end with a user role or a function response.");
    }
    SearchRules.check(body, model, dialect);
    DeclarationRules.check(body);
    TurnRules.check(contents, model, dialect);
  }

  /// Who speaks; the Gemini API takes an unnamed speaker for the user.
  public static String role(JsonNode content) {
    return content.path("role").asString("user");
  }

  private static void checkContent(JsonNode content, String place, Dialect dialect) {
    var named = content.has("role") || dialect == Dialect.GEMINI_API;
    if (!named || !ROLES.contains(role(content))) {
      throw invalid("Please use a valid role: user, model.");
    }
    var parts = content.path("parts");
    if (parts.isEmpty()) {
      throw invalid("* %s.parts: contents.parts must not be empty.\n".formatted(place));
    }
    for (var j = 0; j < parts.size(); j++) {
      checkPart(parts.path(j), role(content), place + ".parts[" + j + "]", dialect);
    }
  }

  private static void checkPart(JsonNode part, String role, String place, Dialect dialect) {
    var kinds = KINDS.stream().filter(part::has).toList();
    if (kinds.size() != 1) {
      throw invalid(
          "* %s.data: required oneof field 'data' must have one initialized field\n"
              .formatted(place));
    }
    switch (kinds.getFirst()) {
      case "inlineData" -> checkMedia(part.path("inlineData").path("mimeType").asString(""));
      case "functionCall" -> checkFunction(part, "functionCall", role, "model", place, dialect);
      case "functionResponse" ->
          checkFunction(part, "functionResponse", role, "user", place, dialect);
      // Text may be anything, and the rest comes back as the model wrote it.
      default -> {}
    }
  }

  private static void checkMedia(String type) {
    if (!type.matches(MEDIA)) {
      throw invalid("Unsupported MIME type: " + type);
    }
  }

  private static void checkFunction(
      JsonNode part, String kind, String role, String speaker, String place, Dialect dialect) {
    var field = ProtoRules.snake(kind);
    if (!role.equals(speaker)) {
      throw invalid(
          "* %s.%s: not allowed in a turn of role %s (expected: %s)\n"
              .formatted(place, field, role, speaker));
    }
    var function = part.path(kind);
    if (function.path("name").asString("").isEmpty()) {
      throw invalid("* %s.%s.name: Name cannot be empty.\n".formatted(place, field));
    }
    if (dialect == Dialect.VERTEX && function.has("id")) {
      var at = place.substring(place.indexOf('.') + 1) + "." + field;
      throw invalid(
          "Invalid JSON payload received. Unknown name \"id\" at '%s': Cannot find field."
              .formatted(at));
    }
    var content = function.path(kind.equals("functionCall") ? "args" : "response");
    if (!content.isObject() && !(content.isMissingNode() && kind.equals("functionCall"))) {
      throw invalid(
          "Invalid value at '%s.%s' (type.googleapis.com/google.protobuf.Struct), %s"
              .formatted(place.substring(place.indexOf('.') + 1), field, content));
    }
  }

  private static void checkGeneration(JsonNode config, long outputTokensMax) {
    checkRange(config, "maxOutputTokens", 1, (double) outputTokensMax + 1);
    checkRange(config, "temperature", 0, 2.0001);
    checkRange(config, "topP", 0, 1.0001);
    checkRange(config, "candidateCount", 1, 2);
    if (config.path("stopSequences").size() > STOP_SEQUENCES_MAX) {
      throw invalid(
          "* GenerateContentRequest.generation_config.stop_sequences: at most %d are allowed\n"
              .formatted(STOP_SEQUENCES_MAX));
    }
    var thinking = config.path("thinkingConfig");
    if (thinking.has("thinkingBudget") && thinking.has("thinkingLevel")) {
      throw invalid("You can only set only one of thinking budget and thinking level.");
    }
    if (config.has("responseSchema")) {
      DeclarationRules.checkAnswer(config.path("responseSchema"));
    }
  }

  private static void checkRange(JsonNode config, String name, double from, double to) {
    if (!config.has(name)) {
      return;
    }
    var value = config.path(name).asDouble();
    if (value < from || value >= to) {
      throw invalid(
          "Unable to submit request because it has a %s value of %s but the supported range is from"
                  .formatted(name, config.path(name))
              + " %s (inclusive) to %s (exclusive). Update the value and try again."
                  .formatted(number(from), number(to)));
    }
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private static boolean declares(JsonNode body) {
    return !body.path("tools").path(0).path("functionDeclarations").isEmpty();
  }

  public static CloudRefusedException invalid(String message) {
    return new CloudRefusedException(400, "INVALID_ARGUMENT", message);
  }
}
