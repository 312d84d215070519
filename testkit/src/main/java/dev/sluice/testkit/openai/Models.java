package dev.sluice.testkit.openai;

import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.openai.rules.RefusedException;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `GET /v1/models`, all of them or one.
final class Models {

  private static final long CREATED = 1_767_225_600;

  private Models() {}

  /// @param id of one; empty for all
  static ObjectNode of(OpenAiConfig config, String id) {
    if (!id.isEmpty()) {
      if (config.prices().find(id).isEmpty()) {
        throw RefusedException.invalid(
            404, "The model '%s' does not exist".formatted(id), "model", "model_not_found");
      }
      return model(id);
    }
    var list = JsonNodeFactory.instance.objectNode().put("object", "list");
    var data = list.putArray("data");
    config.prices().models().keySet().forEach(name -> data.add(model(name)));
    return list;
  }

  private static ObjectNode model(String id) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("object", "model")
        .put("created", CREATED)
        .put("owned_by", "simulated");
  }
}
