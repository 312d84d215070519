package dev.sluice.mcp.codemode.run;

import dev.sluice.mcp.rpc.InputRequired;
import dev.sluice.mcp.sandbox.Tools.Answer;
import dev.sluice.mcp.upstream.call.CallResult;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// Results of servers as values of a program.
///
/// @param parsedCharsMax of a text that may be JSON; a longer one is too long for a program anyway
record Results(Media media, long parsedCharsMax) {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  Answer answer(CallResult result) {
    return switch (result) {
      case CallResult.Result(var json) -> answer(json);
      case CallResult.Refused(var error) -> new Answer.Failed(error.message());
      case CallResult.Failed(var failure) ->
          new Answer.Failed("the server gave no answer: " + failure.detail());
    };
  }

  private Answer answer(JsonNode result) {
    if (!InputRequired.type(result).equals("complete")) {
      return new Answer.Failed("the tool wants an answer of the user, who cannot be asked");
    }
    if (result.path("isError").booleanValue(false)) {
      return new Answer.Failed(failure(result));
    }
    return new Answer.Result(value(result).toString());
  }

  private static String failure(JsonNode result) {
    var texts = new ArrayList<String>();
    for (var block : result.path("content")) {
      var text = block.path("text").stringValue("");
      if (!text.isEmpty()) {
        texts.add(text);
      }
    }
    if (texts.isEmpty() && result.has("structuredContent")) {
      return result.get("structuredContent").toString();
    }
    return texts.isEmpty() ? "the tool failed and does not say why" : String.join("\n", texts);
  }

  private JsonNode value(JsonNode result) {
    var structured = result.get("structuredContent");
    if (structured != null && !structured.isNull()) {
      return structured;
    }
    var values = new ArrayList<JsonNode>();
    result.path("content").forEach(block -> values.add(block(block)));
    return switch (values.size()) {
      case 0 -> NODES.nullNode();
      case 1 -> values.getFirst();
      default -> NODES.arrayNode().addAll(values);
    };
  }

  private JsonNode block(JsonNode block) {
    return switch (block.path("type").stringValue("")) {
      case "text" -> text(block.path("text").stringValue(""));
      case "image", "audio" -> media(block, "data", List.of("type", "mimeType"));
      case "resource" -> resource(block.path("resource"));
      default -> block;
    };
  }

  private JsonNode resource(JsonNode resource) {
    if (resource.path("text").isString()) {
      return resource;
    }
    return media(resource, "blob", List.of("uri", "mimeType"));
  }

  /// What it is, and how large; the data only if they are wanted.
  private JsonNode media(JsonNode block, String member, List<String> kept) {
    return switch (media) {
      case WHOLE -> block;
      case NOTED -> {
        var note = NODES.objectNode();
        for (var name : kept) {
          note.put(name, block.path(name).stringValue(""));
        }
        yield note.put("bytes", bytes(block.path(member).stringValue("")));
      }
    };
  }

  private static long bytes(String base64) {
    int padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
    return base64.length() / 4 * 3L - padding;
  }

  /// Objects and arrays are read. What stands alone stays a text: of one tool it would be a number
  /// today and a text tomorrow, and long numbers would lose digits.
  private JsonNode text(String text) {
    var start = text.stripLeading();
    boolean json = start.startsWith("{") || start.startsWith("[");
    if (!json || text.length() > parsedCharsMax) {
      return NODES.stringNode(text);
    }
    try {
      return JSON.readTree(text);
    } catch (JacksonException _) {
      return NODES.stringNode(text);
    }
  }
}
