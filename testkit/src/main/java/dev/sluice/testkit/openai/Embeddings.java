package dev.sluice.testkit.openai;

import dev.sluice.testkit.answer.Vectors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The answer to a request for embeddings; a text that comes as tokens is as good as any.
final class Embeddings {

  private static final int DIMENSIONS_OTHERWISE = 1_536;

  private Embeddings() {}

  static ObjectNode of(String model, JsonNode body, long tokens) {
    var json = JsonNodeFactory.instance.objectNode().put("object", "list");
    var data = json.putArray("data");
    var inputs = inputs(body.path("input"));
    for (var i = 0; i < inputs.size(); i++) {
      var vector = Vectors.of(inputs.get(i), body.path("dimensions").asInt(DIMENSIONS_OTHERWISE));
      var item = data.addObject().put("object", "embedding").put("index", i);
      if (body.path("encoding_format").asString("float").equals("base64")) {
        item.put("embedding", base64(vector));
      } else {
        var numbers = item.putArray("embedding");
        for (var number : vector) {
          numbers.add(number);
        }
      }
    }
    json.put("model", model);
    json.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
    return json;
  }

  private static List<String> inputs(JsonNode input) {
    if (input.isString()) {
      return List.of(input.stringValue());
    }
    if (input.path(0).isNumber()) {
      return List.of(input.toString());
    }
    var inputs = new ArrayList<String>();
    input.forEach(text -> inputs.add(text.isString() ? text.stringValue() : text.toString()));
    return inputs;
  }

  private static String base64(float[] vector) {
    var bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (var number : vector) {
      bytes.putFloat(number);
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
