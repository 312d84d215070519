package dev.sluice.mcp.codemode;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// What a schema says of a value that no type can say.
final class Remarks {
  private static final int DESCRIPTION_CHARS_MAX = 400;
  private static final int REMARK_CHARS_MAX = 120;
  private static final List<String> BOUNDS =
      List.of(
          "format",
          "pattern",
          "minimum",
          "exclusiveMinimum",
          "maximum",
          "exclusiveMaximum",
          "multipleOf",
          "minLength",
          "maxLength",
          "minItems",
          "maxItems",
          "default");

  private Remarks() {}

  /// The description, and then such words as `integer, minimum 1, default 30`.
  static String of(JsonNode schema) {
    var remarks = new ArrayList<String>();
    if (schema.path("type").asString("").equals("integer")) {
      remarks.add("integer");
    }
    for (var word : BOUNDS) {
      if (schema.has(word)) {
        remarks.add(word + " " + Prose.within(shown(schema.get(word)), REMARK_CHARS_MAX));
      }
    }
    if (schema.path("deprecated").asBoolean(false)) {
      remarks.add("deprecated");
    }
    var text = Prose.summary(schema.path("description").asString(""), DESCRIPTION_CHARS_MAX);
    if (remarks.isEmpty()) {
      return text;
    }
    var bounds = "(" + String.join(", ", remarks) + ")";
    return text.isEmpty() ? bounds : text + " " + bounds;
  }

  private static String shown(JsonNode value) {
    return Prose.clean(
        value.isString() ? TypeScriptText.quoted(value.asString()) : value.toString());
  }
}
