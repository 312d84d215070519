package dev.sluice.testkit.anthropic.rules;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The body of a messages or count_tokens call, from its top-level members down.
public final class BodyRules {

  private static final Set<String> COUNTED =
      Set.of("model", "messages", "system", "tools", "tool_choice", "thinking", "cache_control");
  private static final Set<String> GENERATED =
      Set.of(
          "max_tokens",
          "metadata",
          "stream",
          "stop_sequences",
          "temperature",
          "top_k",
          "top_p",
          "service_tier",
          "inference_geo",
          "container");
  private static final Set<String> EFFORTS = Set.of("low", "medium", "high", "xhigh", "max");
  private static final int USER_ID_MAX = 512;

  private BodyRules() {}

  /// Refuses what `POST /v1/messages` refuses.
  ///
  /// @param outputTokensMax by model, empty for a model that the API does not know
  public static void checkMessages(JsonNode json, Betas betas, OutputLimits outputTokensMax) {
    var body = new Field("", json);
    var names = names(betas, Set.of());
    if (betas.has(Betas.FALLBACK, Betas.FALLBACK_DEFAULT)) {
      names.add("fallbacks");
    }
    body.only(names);
    var model = body.required("model").text();
    var maxTokens = body.required("max_tokens").integerFrom(1);
    checkMaxTokens(body.at("max_tokens"), model, maxTokens, outputTokensMax);
    checkSampling(body);
    body.optional("metadata").ifPresent(BodyRules::checkMetadata);
    body.optional("fallbacks").ifPresent(field -> checkFallbacks(field, betas));
    checkThinking(body, betas, Optional.of(maxTokens));
    checkShared(body, betas);
  }

  /// Refuses what `POST /v1/messages/count_tokens` refuses.
  public static void checkCount(JsonNode json, Betas betas, OutputLimits outputTokensMax) {
    var body = new Field("", json);
    body.only(names(betas, GENERATED));
    checkModel(body.required("model").text(), outputTokensMax);
    checkThinking(body, betas, Optional.empty());
    checkShared(body, betas);
  }

  private static void checkShared(Field body, Betas betas) {
    body.optional("output_config").ifPresent(config -> checkOutputConfig(config, betas));
    body.optional("context_management").ifPresent(BodyRules::checkContextManagement);
    body.optional("safeguards").ifPresent(BodyRules::checkSafeguards);
    ToolRules.check(body, betas);
    MessageRules.check(body, betas);
    body.optional("thinking")
        .filter(thinking -> thinking.type().equals("enabled"))
        .ifPresent(_ -> MessageRules.checkThoughtBeforeCalls(body));
    CacheRules.check(body, betas);
  }

  private static Set<String> names(Betas betas, Set<String> without) {
    var names = new HashSet<>(COUNTED);
    names.addAll(GENERATED);
    names.removeAll(without);
    names.add("output_config");
    if (betas.has(Betas.CONTEXT_MANAGEMENT)) {
      names.add("context_management");
    }
    if (betas.has(Betas.DANGEROUS_TOOL_USE)) {
      names.add("safeguards");
    }
    if (betas.has(Betas.MCP)) {
      names.add("mcp_servers");
    }
    return names;
  }

  private static long checkModel(String model, OutputLimits outputTokensMax) {
    return outputTokensMax
        .of(model)
        .orElseThrow(() -> new RefusedException(404, "not_found_error", "model: " + model));
  }

  private static void checkMaxTokens(Field field, String model, long asked, OutputLimits limits) {
    var max = checkModel(model, limits);
    field.ensure(
        asked <= max,
        "%d > %d, which is the maximum allowed number of output tokens for %s",
        asked,
        max,
        model);
  }

  private static void checkSampling(Field body) {
    body.optional("stream").ifPresent(Field::flag);
    body.optional("temperature").ifPresent(field -> field.numberWithin(0, 1));
    body.optional("top_p").ifPresent(field -> field.numberWithin(0, 1));
    body.optional("top_k").ifPresent(field -> field.integerFrom(0));
    body.optional("stop_sequences").ifPresent(field -> field.items().forEach(Field::text));
    body.optional("service_tier").ifPresent(f -> f.oneOf(Set.of("auto", "standard_only")));
  }

  private static void checkMetadata(Field metadata) {
    metadata
        .only(Set.of("user_id"))
        .optional("user_id")
        .ifPresent(
            user ->
                user.ensure(
                    user.text().length() <= USER_ID_MAX,
                    "String should have at most %d characters",
                    USER_ID_MAX));
  }

  private static void checkFallbacks(Field fallbacks, Betas betas) {
    if (fallbacks.value().isString() && betas.has(Betas.FALLBACK_DEFAULT)) {
      fallbacks.oneOf(Set.of("default"));
      return;
    }
    for (var fallback : fallbacks.items()) {
      fallback.only(Set.of("model", "max_tokens", "thinking", "output_config", "speed"));
      fallback.required("model").text();
    }
  }

  private static void checkThinking(Field body, Betas betas, Optional<Long> maxTokens) {
    var thinking = body.optional("thinking");
    if (thinking.isEmpty()) {
      return;
    }
    var field = thinking.get();
    switch (field.type()) {
      case "disabled" -> field.only(Set.of("type"));
      case "adaptive" -> field.only(Set.of("type", "display"));
      case "enabled" -> {
        field.only(Set.of("type", "display", "budget_tokens"));
        var budget = field.required("budget_tokens").integerFrom(1024);
        maxTokens.ifPresent(
            max ->
                body.at("max_tokens")
                    .ensure(
                        budget < max,
                        "`max_tokens` must be greater than `thinking.budget_tokens`"));
      }
      default -> throw field.at("type").wrong("Input should be enabled, disabled or adaptive");
    }
    field.optional("display").ifPresent(display -> checkDisplay(display, betas));
    if (!field.type().equals("disabled")) {
      checkBesideThinking(body);
    }
  }

  private static void checkDisplay(Field display, Betas betas) {
    if (display.oneOf(Set.of("summarized", "omitted", "updates")).equals("updates")) {
      display.ensure(betas.has(Betas.THINKING_UPDATES), "Input should be omitted or summarized");
    }
  }

  private static void checkBesideThinking(Field body) {
    body.optional("temperature")
        .ifPresent(
            field ->
                field.ensure(
                    field.value().doubleValue() == 1,
                    "may only be set to 1 when thinking is enabled"));
    body.optional("tool_choice")
        .ifPresent(
            choice ->
                choice.ensure(
                    !Set.of("any", "tool").contains(choice.type()),
                    "Thinking may not be enabled when tool_choice forces tool use."));
  }

  static void checkOutputConfig(Field config, Betas betas) {
    config.only(Set.of("effort", "format"));
    config
        .optional("effort")
        .ifPresent(
            effort -> {
              effort.ensure(betas.has(Betas.EFFORT), "Extra inputs are not permitted");
              effort.oneOf(EFFORTS);
            });
    config
        .optional("format")
        .ifPresent(
            format -> {
              format.only(Set.of("type", "schema"));
              format.required("type").oneOf(Set.of("json_schema"));
              format.required("schema").object();
            });
  }

  private static void checkContextManagement(Field management) {
    for (var edit : management.only(Set.of("edits")).required("edits").items()) {
      edit.required("type").oneOf(CONTEXT_EDITS);
    }
  }

  private static final Set<String> CONTEXT_EDITS =
      Set.of("clear_thinking_20251015", "clear_tool_uses_20250919", "compact_20260112");

  private static void checkSafeguards(Field safeguards) {
    for (var safeguard : safeguards.items()) {
      safeguard.required("type").oneOf(Set.of("dangerous_tool_use"));
    }
  }
}
