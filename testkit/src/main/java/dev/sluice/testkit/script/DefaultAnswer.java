package dev.sluice.testkit.script;

import tools.jackson.databind.node.JsonNodeFactory;

/// What an unscripted call gets: a short thought and a short text, or the JSON that it asks for.
final class DefaultAnswer {

  private static final int THINKING_TOKENS = 24;
  private static final int TEXT_TOKENS = 60;

  private DefaultAnswer() {}

  static Script of(ApiCall call) {
    var schema = call.format().schema(call.body());
    if (schema.isPresent()) {
      var json = JsonNodeFactory.instance.objectNode();
      for (var name : schema.get().path("required")) {
        json.put(name.asString(), "Simulated");
      }
      return Script.answer().text(json.toString());
    }
    return Script.answer().thinkingOfTokens(THINKING_TOKENS).textOfTokens(TEXT_TOKENS);
  }
}
