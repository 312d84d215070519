package dev.sluice.mcp.codemode.run;

import dev.sluice.mcp.upstream.call.CallResult;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Results of tools of our own: texts for a model.
public final class Told {
  private Told() {}

  public static CallResult result(String text) {
    return new CallResult.Result(blocks(List.of(text)));
  }

  /// An error that a model can do something about.
  public static CallResult error(String text) {
    return error(List.of(text));
  }

  static CallResult result(List<String> texts) {
    return new CallResult.Result(blocks(texts));
  }

  static CallResult error(List<String> texts) {
    return new CallResult.Result(blocks(texts).put("isError", true));
  }

  private static ObjectNode blocks(List<String> texts) {
    var result = JsonNodeFactory.instance.objectNode();
    var content = result.putArray("content");
    texts.forEach(text -> content.addObject().put("type", "text").put("text", text));
    return result;
  }
}
