package dev.sluice.extproc.reply;

import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Writes the bodies of answers.
public final class Json {

  private static final JsonMapper MAPPER = JsonMapper.shared();

  private Json() {}

  public static byte[] object(Consumer<ObjectNode> content) {
    var object = MAPPER.createObjectNode();
    content.accept(object);
    return MAPPER.writeValueAsBytes(object);
  }
}
