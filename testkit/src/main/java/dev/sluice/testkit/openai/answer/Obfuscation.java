package dev.sluice.testkit.openai.answer;

import dev.sluice.testkit.openai.config.Quirks;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The padding by which OpenAI hides the length of what an event says; compatible services have
/// none, and clients can do without.
final class Obfuscation {

  private static final int STEP = 16;

  private Obfuscation() {}

  static void pad(ObjectNode event, String said, JsonNode body, Quirks quirks) {
    var wanted = body.path("stream_options").path("include_obfuscation").asBoolean(true);
    if (wanted && quirks.equals(Quirks.NONE)) {
      event.put("obfuscation", "x".repeat(STEP - said.length() % STEP));
    }
  }
}
