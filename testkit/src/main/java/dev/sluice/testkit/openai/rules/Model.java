package dev.sluice.testkit.openai.rules;

import dev.sluice.testkit.billing.ModelPrice;
import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.openai.config.Quirks.Habit;

/// The model of a call, and which parameters it takes.
record Model(String name, long outputTokensMax, boolean reasons, boolean oldLimitOnly) {

  static Model of(String name, OpenAiConfig config) {
    var price =
        config
            .prices()
            .find(name)
            .orElseThrow(
                () ->
                    RefusedException.invalid(
                        404,
                        "The model `%s` does not exist or you do not have access to it."
                            .formatted(name),
                        "",
                        "model_not_found"));
    return of(name, price, config);
  }

  private static Model of(String name, ModelPrice price, OpenAiConfig config) {
    return new Model(
        name,
        price.outputTokensMax(),
        config.reasons(name),
        config.quirks().has(Habit.MAX_TOKENS_ONLY));
  }

  /// Refuses a member that models that think do not take.
  void refuseIfReasons(Field body, String name) {
    if (reasons && body.optional(name).isPresent()) {
      throw unsupported(body.at(name), "");
    }
  }

  static RefusedException unsupported(Field field, String advice) {
    return field.wrong(
        "Unsupported parameter: '%s' is not supported with this model.%s"
            .formatted(field.path(), advice),
        "unsupported_parameter");
  }
}
