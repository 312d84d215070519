package dev.sluice.testkit.gemini;

import dev.sluice.testkit.answer.Vectors;
import dev.sluice.testkit.billing.ModelPrice;
import dev.sluice.testkit.billing.Tokenizer;
import dev.sluice.testkit.billing.Usage;
import dev.sluice.testkit.gemini.rules.GeminiRules;
import dev.sluice.testkit.gemini.rules.ProtoRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Embeddings of Google's models: what a call may have, and what is answered.
///
/// The Gemini API takes them as `batchEmbedContents`, and tells its usage for newer models only.
/// Vertex AI takes them as `predict`, and tells the tokens of each text.
final class GeminiEmbedder {

  private static final Set<String> TASKS =
      Set.of(
          "RETRIEVAL_QUERY",
          "RETRIEVAL_DOCUMENT",
          "SEMANTIC_SIMILARITY",
          "CLASSIFICATION",
          "CLUSTERING",
          "QUESTION_ANSWERING",
          "FACT_VERIFICATION",
          "CODE_RETRIEVAL_QUERY");
  private static final int DIMENSIONS_MAX = 3_072;
  private static final int BATCH_MAX = 100;
  private static final int INSTANCES_MAX = 250;

  private GeminiEmbedder() {}

  /// @param page to answer with
  record Embedded(ObjectNode page, Usage usage) {}

  static boolean embeds(String model) {
    return model.contains("embedding");
  }

  /// Answers `batchEmbedContents`.
  static Embedded batch(JsonNode body, String model, ModelPrice price) {
    ProtoRules.check(body, "BatchEmbedContentsRequest");
    var requests = body.path("requests");
    if (requests.isEmpty() || requests.size() > BATCH_MAX) {
      throw GeminiRules.invalid(
          "* BatchEmbedContentsRequest.requests: at most %d requests can be in one batch\n"
              .formatted(BATCH_MAX));
    }
    var page = JsonNodeFactory.instance.objectNode();
    var embeddings = page.putArray("embeddings");
    var tokens = 0L;
    for (var request : requests) {
      if (!request.path("model").asString("").equals("models/" + model)) {
        throw GeminiRules.invalid("* BatchEmbedContentsRequest.requests[].model: not the path's\n");
      }
      var texts = new ArrayList<String>();
      request.path("content").path("parts").forEach(part -> texts.add(text(part.path("text"))));
      if (texts.isEmpty()) {
        throw GeminiRules.invalid("* EmbedContentRequest.content: content is empty\n");
      }
      var text = String.join("", texts);
      tokens += tokens(text, price);
      checkTask(request.path("taskType"));
      var values = embeddings.addObject().putArray("values");
      for (var number : Vectors.of(text, dimensions(request.path("outputDimensionality")))) {
        values.add(number);
      }
    }
    if (model.contains("embedding-2")) {
      page.putObject("usageMetadata").put("promptTokenCount", tokens);
    }
    return new Embedded(page, new Usage(tokens, 0, 0, 0, 0, 0));
  }

  /// Answers `predict`.
  static Embedded predict(JsonNode body, ModelPrice price) {
    only(body, Set.of("instances", "parameters"));
    var parameters = body.path("parameters");
    only(parameters, Set.of("autoTruncate", "outputDimensionality"));
    var instances = body.path("instances");
    if (instances.isEmpty() || instances.size() > INSTANCES_MAX) {
      throw GeminiRules.invalid(
          "%d instance(s) is allowed per prediction. Actual: %d"
              .formatted(INSTANCES_MAX, instances.size()));
    }
    var page = JsonNodeFactory.instance.objectNode();
    var predictions = page.putArray("predictions");
    var all = 0L;
    for (var instance : instances) {
      only(instance, Set.of("content", "task_type", "title"));
      checkTask(instance.path("task_type"));
      var text = text(instance.path("content"));
      var tokens = tokens(text, price);
      all += tokens;
      var embeddings = predictions.addObject().putObject("embeddings");
      embeddings.putObject("statistics").put("truncated", false).put("token_count", tokens);
      var values = embeddings.putArray("values");
      for (var number : Vectors.of(text, dimensions(parameters.path("outputDimensionality")))) {
        values.add(number);
      }
    }
    return new Embedded(page, new Usage(all, 0, 0, 0, 0, 0));
  }

  private static long tokens(String text, ModelPrice price) {
    var tokens = Tokenizer.count(text);
    if (tokens > price.contextTokensMax()) {
      throw GeminiRules.invalid(
          "The input token count (%d) exceeds the maximum number of tokens allowed (%d)."
              .formatted(tokens, price.contextTokensMax()));
    }
    return tokens;
  }

  private static String text(JsonNode text) {
    if (!text.isString() || text.stringValue().isEmpty()) {
      throw GeminiRules.invalid("The text content is empty.");
    }
    return text.stringValue();
  }

  private static int dimensions(JsonNode asked) {
    if (asked.isMissingNode()) {
      return DIMENSIONS_MAX;
    }
    if (!asked.isIntegralNumber() || asked.intValue() < 1 || asked.intValue() > DIMENSIONS_MAX) {
      throw GeminiRules.invalid(
          "Unable to submit request because the outputDimensionality value %s is not supported."
              .formatted(asked));
    }
    return asked.intValue();
  }

  private static void checkTask(JsonNode task) {
    if (!task.isMissingNode() && !TASKS.contains(task.asString(""))) {
      throw GeminiRules.invalid("Invalid task type: " + task);
    }
  }

  private static void only(JsonNode object, Set<String> names) {
    for (var name : List.copyOf(object.propertyNames())) {
      if (!names.contains(name)) {
        throw GeminiRules.invalid(
            "Invalid JSON payload received. Unknown name \"%s\": Cannot find field."
                .formatted(name));
      }
    }
  }
}
