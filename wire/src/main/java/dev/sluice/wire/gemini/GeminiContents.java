package dev.sluice.wire.gemini;

import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Block.Source;
import dev.sluice.wire.conversation.Turn;
import dev.sluice.wire.conversation.Turn.Role;
import dev.sluice.wire.translate.Seal;
import dev.sluice.wire.translate.SearchWords;
import dev.sluice.wire.translate.UntranslatableException;
import dev.sluice.wire.translate.UntranslatableException.Capability;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// Writes turns and the parts that they are made of.
final class GeminiContents {

  /// Google's word in the place of a signature for calls that no model of Gemini's made.
  private static final String NO_SIGNATURE = "skip_thought_signature_validator";

  private static final Set<String> IMAGES =
      Set.of("image/png", "image/jpeg", "image/webp", "image/heic", "image/heif");

  private final JsonGenerator json;
  private final Door door;
  private final Generation generation;
  private final Map<String, String> namesById;

  /// What stands for the next part, and for no other.
  private @Nullable String signature;

  private boolean called;

  /// @param turns all of them: results tell the names of the functions that were called
  GeminiContents(JsonGenerator json, Door door, Generation generation, List<Turn> turns) {
    this.json = json;
    this.door = door;
    this.generation = generation;
    this.namesById = new HashMap<>();
    for (var turn : turns) {
      for (var block : turn.blocks()) {
        if (block instanceof Block.ToolUse use) {
          namesById.put(use.id(), use.name());
        }
      }
    }
  }

  void write(Turn turn) {
    json.writeStartObject();
    json.writeStringProperty("role", turn.role() == Role.ASSISTANT ? "model" : "user");
    json.writeArrayPropertyStart("parts");
    called = false;
    var returned = new ArrayList<Source.Encoded>();
    for (var block : turn.blocks()) {
      if (!(block instanceof Block.ToolResult)) {
        returned.forEach(this::inline);
        returned.clear();
      }
      block(block, returned);
    }
    returned.forEach(this::inline);
    if (signature != null) {
      text(""); // Nothing followed it.
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /// @param returned what tools returned that older models look at beside the results only
  private void block(Block block, List<Source.Encoded> returned) {
    switch (block) {
      case Block.Text(var text, _) -> text(text);
      case Block.Image(var source, _) -> inline(image(source));
      case Block.Document document -> {
        switch (document.source()) {
          case Source.Plain(var text) -> text(described(document, text));
          case Source.Encoded _, Source.Url _, Source.Foreign _ -> {
            var file = file(document.source());
            if (document.title() != null || document.context() != null) {
              text(described(document, "in the next part"));
            }
            inline(file);
          }
        }
      }
      case Block.ToolUse use -> call(use);
      case Block.ToolResult result -> response(result, returned);
      case Block.Thinking(_, var sealed) -> signature = Seal.open(sealed).signature();
      case Block.SealedThinking _ ->
          throw new IllegalStateException("BUG: sealed thinking is left out before");
      case Block.Search search -> text(SearchWords.of(search).text());
      case Block.Found found -> text(SearchWords.of(found).text());
      case Block.Other(var type, _, _) -> throw UntranslatableException.block(type);
    }
  }

  private void text(String text) {
    json.writeStartObject();
    json.writeStringProperty("text", text);
    sign();
    json.writeEndObject();
  }

  private void sign() {
    if (signature != null) {
      json.writeStringProperty("thoughtSignature", signature);
      signature = null;
    }
  }

  private void call(Block.ToolUse use) {
    json.writeStartObject();
    json.writeObjectPropertyStart("functionCall");
    id(use.id());
    json.writeStringProperty("name", FunctionNames.told(use.name()));
    json.writeName("args");
    json.writeTree(use.input());
    json.writeEndObject();
    if (!called && signature == null && generation == Generation.LEVELS) {
      signature = NO_SIGNATURE; // Of calls side by side the first one has it.
    }
    called = true;
    sign();
    json.writeEndObject();
  }

  /// The id that this door gave, if it gave one.
  private void id(String id) {
    if (id.startsWith(door.idMark())) {
      json.writeStringProperty("id", id.substring(door.idMark().length()));
    }
  }

  private void response(Block.ToolResult result, List<Source.Encoded> returned) {
    var name = namesById.get(result.toolUseId());
    if (name == null) {
      throw GeminiBody.refused(
          "tool_result: " + result.toolUseId() + " (expected: the id of a tool_use before it)");
    }
    var texts = new ArrayList<String>();
    var files = new ArrayList<Source.Encoded>();
    result.content().forEach(part -> returned(part, texts, files));
    json.writeStartObject();
    json.writeObjectPropertyStart("functionResponse");
    id(result.toolUseId());
    json.writeStringProperty("name", FunctionNames.told(name));
    json.writeObjectPropertyStart("response");
    json.writeStringProperty(result.error() ? "error" : "output", String.join("\n", texts));
    json.writeEndObject();
    if (generation == Generation.LEVELS && !files.isEmpty()) {
      json.writeArrayPropertyStart("parts");
      files.forEach(this::inline);
      json.writeEndArray();
    } else {
      returned.addAll(files);
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void returned(Block part, List<String> texts, List<Source.Encoded> files) {
    switch (part) {
      case Block.Text(var text, _) -> texts.add(text);
      case Block.Image(var source, _) -> files.add(image(source));
      case Block.Document document -> {
        if (document.source() instanceof Source.Plain(var text)) {
          texts.add(described(document, text));
        } else {
          files.add(file(document.source()));
        }
      }
      case Block.ToolUse _,
          Block.ToolResult _,
          Block.Thinking _,
          Block.SealedThinking _,
          Block.Search _,
          Block.Found _,
          Block.Other _ ->
          throw GeminiBody.refused(
              "tool_result: a "
                  + part.getClass().getSimpleName()
                  + " in its content (expected: text, images and documents)");
    }
  }

  private void inline(Source.Encoded file) {
    json.writeStartObject();
    json.writeObjectPropertyStart("inlineData");
    json.writeStringProperty("mimeType", file.mediaType());
    json.writeStringProperty("data", file.base64());
    json.writeEndObject();
    json.writeEndObject();
  }

  private static Source.Encoded image(Source source) {
    if (source instanceof Source.Encoded encoded && IMAGES.contains(encoded.mediaType())) {
      return encoded;
    }
    throw new UntranslatableException(
        Capability.IMAGE_BLOCK,
        "image: "
            + kind(source)
            + " (expected: base64 of "
            + IMAGES.stream().sorted().collect(Collectors.joining(", "))
            + ")");
  }

  private static Source.Encoded file(Source source) {
    if (source instanceof Source.Encoded encoded
        && (encoded.mediaType().equals("application/pdf")
            || encoded.mediaType().startsWith("text/"))) {
      return encoded;
    }
    throw new UntranslatableException(
        Capability.DOCUMENT_BLOCK,
        "document: " + kind(source) + " (expected: base64 of application/pdf or text)");
  }

  private static String kind(Source source) {
    return switch (source) {
      case Source.Encoded(var mediaType, _) -> mediaType;
      case Source.Url _ -> "a URL";
      case Source.Plain _ -> "plain text";
      case Source.Foreign(var type) -> "a source of type " + type;
    };
  }

  /// Gemini has no members for what is said about a document.
  private static String described(Block.Document document, String text) {
    var title = document.title() == null ? "" : "title: " + document.title() + "\n";
    var context = document.context() == null ? "" : "context: " + document.context() + "\n";
    return "<document>\n" + title + context + text + "\n</document>";
  }
}
