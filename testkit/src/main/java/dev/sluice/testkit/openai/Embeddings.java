package dev.sluice.testkit.openai;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Vectors of length one, always the same for the same text.
final class Embeddings {

  private static final int DIMENSIONS_OTHERWISE = 1_536;

  private Embeddings() {}

  static ObjectNode of(String model, JsonNode body, long tokens) {
    var json = JsonNodeFactory.instance.objectNode().put("object", "list");
    var data = json.putArray("data");
    var inputs = inputs(body.path("input"));
    for (var i = 0; i < inputs.size(); i++) {
      var vector = vector(inputs.get(i), body.path("dimensions").asInt(DIMENSIONS_OTHERWISE));
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
    var inputs = new ArrayList<String>();
    input.forEach(text -> inputs.add(text.stringValue()));
    return inputs;
  }

  private static float[] vector(String text, int dimensions) {
    var random = new Random(text.hashCode());
    var vector = new float[dimensions];
    var squares = 0.0;
    for (var i = 0; i < dimensions; i++) {
      vector[i] = (float) random.nextGaussian();
      squares += vector[i] * vector[i];
    }
    for (var i = 0; i < dimensions; i++) {
      vector[i] /= (float) Math.sqrt(squares);
    }
    return vector;
  }

  private static String base64(float[] vector) {
    var bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (var number : vector) {
      bytes.putFloat(number);
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
