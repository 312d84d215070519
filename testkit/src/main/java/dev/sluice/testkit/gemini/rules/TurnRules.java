package dev.sluice.testkit.gemini.rules;

import dev.sluice.testkit.answer.Signatures;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/// The order of a conversation: every call of a function answered in the next turn, and what the
/// model thought before a call sent back with it.
public final class TurnRules {

  public static final Signatures SIGNATURES = new Signatures("gemini");

  /// What the documentation gives to whoever brings a conversation from another model.
  private static final Set<String> FOREIGN =
      Set.of("skip_thought_signature_validator", "context_engineering_is_the_way_to_go");

  private static final String GUIDE = "https://ai.google.dev/gemini-api/docs/thought-signatures";
  private static final String VERTEX_GUIDE =
      "https://docs.cloud.google.com/vertex-ai/generative-ai/docs/thought-signatures";

  private TurnRules() {}

  static void check(JsonNode contents, String model, Dialect dialect) {
    checkCalls(contents);
    contents.forEach(TurnRules::checkSignatures);
    if (isSigned(model)) {
      for (var i = currentTurn(contents); i < contents.size(); i++) {
        checkSigned(contents.path(i), i, dialect);
      }
    }
  }

  /// From the third generation on, a call without its signature is refused.
  public static boolean isSigned(String model) {
    return model.matches("gemini-([3-9]|[1-9][0-9])([.-].*)?");
  }

  private static void checkCalls(JsonNode contents) {
    List<String> open = List.of();
    for (var i = 0; i < contents.size(); i++) {
      var calls = names(contents.path(i), "functionCall");
      var answers = names(contents.path(i), "functionResponse");
      if (open.isEmpty() && !answers.isEmpty()) {
        throw GeminiRules.invalid(
            "Please ensure that function response turn comes immediately after a function call"
                + " turn.");
      }
      if (open.size() != answers.size()) {
        throw GeminiRules.invalid(
            "Please ensure that the number of function response parts is equal to the number of"
                + " function call parts of the function call turn.");
      }
      if (!sorted(open).equals(sorted(answers))) {
        throw GeminiRules.invalid(
            "Please ensure that the names of function response parts are those of the function"
                + " call parts: %s (expected: %s)".formatted(answers, open));
      }
      if (!calls.isEmpty() && i == 0) {
        throw GeminiRules.invalid(
            "Please ensure that function call turn comes immediately after a user turn or after a"
                + " function response turn.");
      }
      open = calls;
    }
  }

  private static void checkSignatures(JsonNode content) {
    for (var part : content.path("parts")) {
      var signature = part.path("thoughtSignature").asString("");
      var name = part.path("functionCall").path("name").asString("");
      if (!signature.isEmpty()
          && !FOREIGN.contains(signature)
          && !SIGNATURES.verifies(name, signature)) {
        throw GeminiRules.invalid("Corrupted thought signature.");
      }
    }
  }

  /// What followed the last thing that the user himself said.
  private static int currentTurn(JsonNode contents) {
    var turn = 0;
    for (var i = 0; i < contents.size(); i++) {
      var user = GeminiRules.role(contents.path(i)).equals("user");
      if (user && names(contents.path(i), "functionResponse").isEmpty()) {
        turn = i;
      }
    }
    return turn;
  }

  /// Of calls side by side only the first one has a signature.
  private static void checkSigned(JsonNode content, int position, Dialect dialect) {
    var first = parts(content).filter(part -> part.has("functionCall")).findFirst();
    if (first.isEmpty() || first.get().has("thoughtSignature")) {
      return;
    }
    var name = first.get().path("functionCall").path("name").asString("");
    throw GeminiRules.invalid(
        switch (dialect) {
          case GEMINI_API ->
              "Function call is missing a thought_signature in functionCall parts. This is required"
                  + " for tools to work correctly, and missing thought_signature may lead to"
                  + " degraded model performance. Additional data, function call `default_api:"
                  + "%s` , position %d. Please refer to %s for more details."
                      .formatted(name, position + 1, GUIDE);
          case VERTEX ->
              "Unable to submit request because function call `%s` in the %d. content block is"
                      .formatted(name, position + 1)
                  + " missing a `thought_signature`. Learn more: "
                  + VERTEX_GUIDE;
        });
  }

  private static List<String> names(JsonNode content, String kind) {
    return parts(content)
        .filter(part -> part.has(kind))
        .map(part -> part.path(kind).path("name").asString(""))
        .toList();
  }

  private static List<String> sorted(List<String> names) {
    var sorted = new ArrayList<>(names);
    sorted.sort(null);
    return sorted;
  }

  private static Stream<JsonNode> parts(JsonNode content) {
    return StreamSupport.stream(content.path("parts").spliterator(), false);
  }
}
