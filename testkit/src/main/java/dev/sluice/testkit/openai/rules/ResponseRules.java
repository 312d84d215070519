package dev.sluice.testkit.openai.rules;

import dev.sluice.testkit.openai.config.OpenAiConfig;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The body of a response's creation, from its top-level members down.
public final class ResponseRules {

  private static final Set<String> MEMBERS =
      Set.of(
          "background",
          "conversation",
          "include",
          "input",
          "instructions",
          "max_output_tokens",
          "max_tool_calls",
          "metadata",
          "model",
          "parallel_tool_calls",
          "previous_response_id",
          "prompt",
          "prompt_cache_key",
          "prompt_cache_retention",
          "reasoning",
          "safety_identifier",
          "service_tier",
          "store",
          "stream",
          "stream_options",
          "temperature",
          "text",
          "tool_choice",
          "tools",
          "top_logprobs",
          "top_p",
          "truncation",
          "user");
  private static final Set<String> COUNTED =
      Set.of(
          "conversation",
          "input",
          "instructions",
          "model",
          "parallel_tool_calls",
          "previous_response_id",
          "reasoning",
          "text",
          "tool_choice",
          "tools",
          "truncation");
  private static final Set<String> INCLUDES =
      Set.of(
          "code_interpreter_call.outputs",
          "computer_call_output.output.image_url",
          "file_search_call.results",
          "message.input_image.image_url",
          "message.output_text.logprobs",
          "reasoning.encrypted_content",
          "web_search_call.action.sources");
  private static final int INCLUDES_MAX = 100;
  private static final int OUTPUT_TOKENS_MIN = 16;

  private ResponseRules() {}

  /// Refuses what `POST /v1/responses` refuses.
  ///
  /// @param model the deployment, or what the body says
  public static void check(JsonNode json, String model, OpenAiConfig config) {
    var body = new Field("", json).only(MEMBERS);
    if (model.isEmpty()) {
      body.required("model");
    }
    var known = Model.of(model, config);
    checkState(body);
    body.optional("max_output_tokens").ifPresent(limit -> limit.integerFrom(OUTPUT_TOKENS_MIN));
    body.optional("max_tool_calls").ifPresent(limit -> limit.integerFrom(1));
    checkSampling(body, known);
    body.optional("include")
        .ifPresent(
            field -> {
              if (!field.value().isEmpty()) {
                field.someItems(INCLUDES_MAX).forEach(item -> item.oneOf(INCLUDES));
              }
            });
    checkPrompt(body, known);
  }

  /// Refuses what `POST /v1/responses/input_tokens` refuses.
  public static void checkCount(JsonNode json, String model, OpenAiConfig config) {
    var body = new Field("", json).only(COUNTED);
    if (model.isEmpty()) {
      body.required("model");
    }
    checkState(body);
    checkPrompt(body, Model.of(model, config));
  }

  private static void checkPrompt(Field body, Model known) {
    body.optional("reasoning").ifPresent(field -> checkReasoning(field, known));
    body.optional("text").ifPresent(ResponseRules::checkText);
    ToolRules.check(body, ToolRules.Form.RESPONSES);
    SearchRules.checkModel(body, known);
    body.optional("instructions").ifPresent(Field::text);
    ItemRules.check(body.required("input"));
  }

  /// The simulator stores nothing, so that it can only say that it does not find what is asked for.
  private static void checkState(Field body) {
    body.optional("previous_response_id")
        .ifPresent(
            id -> {
              throw id.wrong(
                  "Previous response with id '%s' not found.".formatted(id.text()),
                  "previous_response_not_found");
            });
    for (var flag : List.of("store", "background", "stream")) {
      body.optional(flag).ifPresent(Field::flag);
    }
    body.optional("stream_options").ifPresent(f -> f.only(Set.of("include_obfuscation")));
    for (var text : List.of("user", "prompt_cache_key", "safety_identifier", "service_tier")) {
      body.optional(text).ifPresent(Field::text);
    }
    body.optional("metadata").ifPresent(Field::object);
    body.optional("truncation").ifPresent(f -> f.oneOf(Set.of("auto", "disabled")));
  }

  private static void checkSampling(Field body, Model model) {
    for (var name : List.of("temperature", "top_p")) {
      if (model.reasons() && body.optional(name).isPresent()) {
        // Unlike chat's refusal, this one has no code.
        throw body.at(name)
            .wrong(
                "Unsupported parameter: '%s' is not supported with this model.".formatted(name),
                "");
      }
    }
    body.optional("temperature").ifPresent(field -> field.numberWithin(0, 2));
    body.optional("top_p").ifPresent(field -> field.numberWithin(0, 1));
  }

  private static void checkReasoning(Field reasoning, Model model) {
    reasoning.only(Set.of("effort", "summary", "generate_summary"));
    reasoning
        .optional("effort")
        .ifPresent(
            effort -> {
              if (!model.reasons()) {
                throw Model.unsupported(effort, "");
              }
              effort.oneOf(ChatRules.EFFORTS);
            });
    reasoning
        .optional("summary")
        .ifPresent(summary -> summary.oneOf(Set.of("auto", "concise", "detailed")));
  }

  private static void checkText(Field text) {
    text.only(Set.of("format", "verbosity"));
    text.optional("verbosity").ifPresent(f -> f.oneOf(Set.of("low", "medium", "high")));
    text.optional("format")
        .ifPresent(
            format -> {
              var types = Set.of("text", "json_object", "json_schema");
              if (format.required("type").oneOf(types).equals("json_schema")) {
                format.only(Set.of("type", "name", "schema", "strict", "description"));
                format.required("name").name();
                format.required("schema").object();
              } else {
                format.only(Set.of("type"));
              }
            });
  }
}
