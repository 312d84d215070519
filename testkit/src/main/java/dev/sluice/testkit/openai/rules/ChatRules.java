package dev.sluice.testkit.openai.rules;

import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.openai.config.Quirks;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The body of a chat completion, from its top-level members down.
public final class ChatRules {

  private static final Set<String> MEMBERS =
      Set.of(
          "audio",
          "frequency_penalty",
          "function_call",
          "functions",
          "logit_bias",
          "logprobs",
          "max_completion_tokens",
          "max_tokens",
          "messages",
          "metadata",
          "modalities",
          "model",
          "n",
          "parallel_tool_calls",
          "prediction",
          "presence_penalty",
          "prompt_cache_key",
          "prompt_cache_retention",
          "reasoning_effort",
          "response_format",
          "safety_identifier",
          "seed",
          "service_tier",
          "stop",
          "store",
          "stream",
          "stream_options",
          "temperature",
          "tool_choice",
          "tools",
          "top_logprobs",
          "top_p",
          "user",
          "verbosity",
          "web_search_options");
  private static final Set<String> NOT_FOR_REASONERS =
      Set.of("top_p", "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs", "stop");
  static final Set<String> EFFORTS = Set.of("none", "minimal", "low", "medium", "high", "xhigh");
  private static final int STOPS_MAX = 4;

  private ChatRules() {}

  /// Refuses what `POST /v1/chat/completions` refuses.
  ///
  /// @param model the deployment, or what the body says
  public static void check(JsonNode json, String model, OpenAiConfig config) {
    var body = new Field("", json);
    checkMembers(body);
    if (model.isEmpty()) {
      body.required("model");
    }
    var known = Model.of(model, config);
    checkLimit(body, known);
    checkSampling(body, known);
    checkStream(body);
    checkFormat(body);
    ToolRules.check(body, ToolRules.Form.CHAT);
    MessageRules.check(body, allowedBack(config.quirks()));
  }

  /// As the API says it of top-level members, and unlike what it says of all others.
  private static void checkMembers(Field body) {
    for (var name : body.object().value().propertyNames()) {
      if (!MEMBERS.contains(name)) {
        throw RefusedException.invalid("Unrecognized request argument supplied: " + name, "", "");
      }
    }
  }

  private static void checkLimit(Field body, Model model) {
    var limit = body.optional("max_tokens");
    var newLimit = body.optional("max_completion_tokens");
    if (limit.isPresent() && newLimit.isPresent()) {
      throw RefusedException.invalid(
          "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
          "max_tokens",
          "invalid_parameter_combination");
    }
    if (model.oldLimitOnly() && newLimit.isPresent()) {
      throw RefusedException.invalid(
          "Unrecognized request argument supplied: max_completion_tokens", "", "");
    }
    if (model.reasons() && !model.oldLimitOnly() && limit.isPresent()) {
      throw Model.unsupported(limit.get(), " Use 'max_completion_tokens' instead.");
    }
    limit.or(() -> newLimit).ifPresent(field -> checkLimit(field, model.outputTokensMax()));
  }

  private static void checkLimit(Field limit, long max) {
    var asked = limit.integerFrom(1);
    if (asked > max) {
      throw limit.wrong(
          "%s is too large: %d. This model supports at most %d completion tokens, whereas you"
                  .formatted(limit.path(), asked, max)
              + " provided %d.".formatted(asked),
          "invalid_value");
    }
  }

  private static void checkSampling(Field body, Model model) {
    NOT_FOR_REASONERS.stream().sorted().forEach(name -> model.refuseIfReasons(body, name));
    body.optional("temperature").ifPresent(field -> checkTemperature(field, model));
    body.optional("top_p").ifPresent(field -> field.numberWithin(0, 1));
    for (var penalty : List.of("presence_penalty", "frequency_penalty")) {
      body.optional(penalty).ifPresent(field -> field.numberWithin(-2, 2));
    }
    body.optional("reasoning_effort").ifPresent(field -> checkEffort(field, model));
    body.optional("verbosity").ifPresent(f -> f.oneOf(Set.of("low", "medium", "high")));
    body.optional("stop").ifPresent(ChatRules::checkStop);
    body.optional("n").ifPresent(ChatRules::checkChoices);
    for (var text : List.of("user", "prompt_cache_key", "safety_identifier", "service_tier")) {
      body.optional(text).ifPresent(Field::text);
    }
    body.optional("metadata").ifPresent(Field::object);
    body.optional("store").ifPresent(Field::flag);
  }

  private static void checkTemperature(Field temperature, Model model) {
    temperature.numberWithin(0, 2);
    if (model.reasons() && temperature.value().doubleValue() != 1) {
      throw temperature.wrong(
          "Unsupported value: 'temperature' does not support %s with this model. Only the default"
                  .formatted(temperature.value())
              + " (1) value is supported.",
          "unsupported_value");
    }
  }

  private static void checkEffort(Field effort, Model model) {
    if (!model.reasons()) {
      throw RefusedException.invalid(
          "Unrecognized request argument supplied: reasoning_effort", "", "");
    }
    effort.oneOf(EFFORTS);
  }

  private static void checkStop(Field stop) {
    if (!stop.value().isString()) {
      stop.someItems(STOPS_MAX).forEach(Field::text);
    }
  }

  /// The simulator writes one answer to a call.
  private static void checkChoices(Field choices) {
    choices.ensure(choices.integerFrom(1) == 1, "n: more choices than the simulator writes (1)");
  }

  private static void checkStream(Field body) {
    body.optional("stream").ifPresent(Field::flag);
    body.optional("stream_options")
        .ifPresent(
            options -> {
              options.ensure(
                  body.value().path("stream").asBoolean(false),
                  "The 'stream_options' parameter is only allowed when 'stream' is enabled.");
              options.only(Set.of("include_usage", "include_obfuscation"));
              options.optional("include_usage").ifPresent(Field::flag);
              options.optional("include_obfuscation").ifPresent(Field::flag);
            });
  }

  private static void checkFormat(Field body) {
    var format = body.optional("response_format");
    if (format.isEmpty()) {
      return;
    }
    switch (format.get().required("type").text()) {
      case "text" -> format.get().only(Set.of("type"));
      case "json_object" -> checkJsonMode(format.get().only(Set.of("type")), body.at("messages"));
      case "json_schema" -> {
        var schema = format.get().only(Set.of("type", "json_schema")).required("json_schema");
        schema.only(Set.of("name", "description", "schema", "strict")).required("name").name();
        schema.optional("schema").ifPresent(Field::object);
        schema.optional("strict").ifPresent(Field::flag);
      }
      default ->
          throw format
              .get()
              .at("type")
              .unsupported(format.get().peek("type"), Set.of("json_object", "json_schema", "text"));
    }
  }

  private static void checkJsonMode(Field format, Field messages) {
    format.ensure(
        messages.value().toString().toLowerCase(Locale.ROOT).contains("json"),
        "'messages' must contain the word 'json' in some form, to use 'response_format' of type"
            + " 'json_object'.");
  }

  /// What compatible services want to see of their reasoning again.
  private static Set<String> allowedBack(Quirks quirks) {
    return switch (quirks.reasoning()) {
      case REASONING_CONTENT -> Set.of("reasoning_content");
      case REASONING -> Set.of("reasoning");
      case HIDDEN, THINK_TAGS -> Set.of();
    };
  }
}
