package dev.sluice.wire.bedrock;

import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Block.CacheMark;
import dev.sluice.wire.conversation.Block.Source;
import dev.sluice.wire.conversation.Turn;
import dev.sluice.wire.conversation.Turn.Role;
import dev.sluice.wire.translate.Seal;
import dev.sluice.wire.translate.SearchWords;
import dev.sluice.wire.translate.ToolNames;
import dev.sluice.wire.translate.UntranslatableException;
import dev.sluice.wire.translate.UntranslatableException.Capability;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// Writes turns and what they are made of.
final class ConverseBlocks {

  /// Names and ids of tools.
  static final ToolNames NAMES = new ToolNames(64);

  private static final String NO_OUTPUT = "[no output]";

  private static final Map<String, String> IMAGES =
      Map.of(
          "image/png", "png",
          "image/jpeg", "jpeg",
          "image/gif", "gif",
          "image/webp", "webp");

  private static final Map<String, String> DOCUMENTS =
      Map.of(
          "application/pdf",
          "pdf",
          "text/csv",
          "csv",
          "application/msword",
          "doc",
          "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
          "docx",
          "application/vnd.ms-excel",
          "xls",
          "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
          "xlsx",
          "text/html",
          "html",
          "text/plain",
          "txt",
          "text/markdown",
          "md");

  private final JsonGenerator json;
  private final CachePoints points;
  private final DocumentNames names = new DocumentNames();

  ConverseBlocks(JsonGenerator json, CachePoints points) {
    this.json = json;
    this.points = points;
  }

  void turn(Turn turn) {
    json.writeStartObject();
    json.writeStringProperty("role", turn.role() == Role.ASSISTANT ? "assistant" : "user");
    json.writeArrayPropertyStart("content");
    boolean document = false;
    boolean text = false;
    for (var block : turn.blocks()) {
      document |= block instanceof Block.Document;
      text |= block instanceof Block.Text;
      json.writeStartObject();
      block(block);
      json.writeEndObject();
      points.write(json, markOf(block));
    }
    if (document && !text) {
      // Converse refuses a document that nothing is said about.
      text("See the attached document.");
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /// The mark at the end of a block; what is marked inside a result is marked behind it.
  static @Nullable CacheMark markOf(Block block) {
    if (block.cacheMark() == null && block instanceof Block.ToolResult result) {
      for (var part : result.content().reversed()) {
        if (part.cacheMark() != null) {
          return part.cacheMark();
        }
      }
    }
    return block.cacheMark();
  }

  private void text(String text) {
    json.writeStartObject();
    json.writeStringProperty("text", text);
    json.writeEndObject();
  }

  private void block(Block block) {
    switch (block) {
      case Block.Text(var text, _) -> json.writeStringProperty("text", text);
      case Block.Image(var source, _) -> image(source);
      case Block.Document document -> document(document);
      case Block.ToolUse use -> toolUse(use);
      case Block.ToolResult result -> toolResult(result);
      case Block.Thinking(var text, var signature) -> thinking(text, Seal.open(signature));
      case Block.SealedThinking(var data) -> {
        json.writeObjectPropertyStart("reasoningContent");
        json.writeStringProperty("redactedContent", Seal.open(data).signature());
        json.writeEndObject();
      }
      case Block.Search search -> json.writeStringProperty("text", SearchWords.of(search).text());
      case Block.Found found -> json.writeStringProperty("text", SearchWords.of(found).text());
      case Block.Other(var type, _, _) -> throw UntranslatableException.block(type);
    }
  }

  private void image(Source source) {
    if (!(source instanceof Source.Encoded(var mediaType, var base64))
        || !IMAGES.containsKey(mediaType)) {
      throw new UntranslatableException(
          Capability.IMAGE_BLOCK,
          "image: " + described(source) + " (expected: base64 of png, jpeg, gif or webp)");
    }
    json.writeObjectPropertyStart("image");
    json.writeStringProperty("format", IMAGES.get(mediaType));
    bytes(base64);
    json.writeEndObject();
  }

  private void document(Block.Document document) {
    json.writeObjectPropertyStart("document");
    switch (document.source()) {
      case Source.Encoded(var mediaType, var base64) when DOCUMENTS.containsKey(mediaType) -> {
        json.writeStringProperty("format", DOCUMENTS.get(mediaType));
        named(document);
        bytes(base64);
      }
      case Source.Plain(var text) -> {
        json.writeStringProperty("format", "txt");
        named(document);
        bytes(Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
      }
      case Source.Encoded _, Source.Url _, Source.Foreign _ ->
          throw new UntranslatableException(
              Capability.DOCUMENT_BLOCK,
              "document: "
                  + described(document.source())
                  + " (expected: base64 of pdf, csv, doc, docx, xls, xlsx, html, txt or md)");
    }
    json.writeEndObject();
  }

  private void named(Block.Document document) {
    json.writeStringProperty("name", names.next(document.title()));
    if (document.context() != null && !document.context().isBlank()) {
      json.writeStringProperty("context", document.context());
    }
  }

  private void bytes(String base64) {
    json.writeObjectPropertyStart("source");
    json.writeStringProperty("bytes", base64);
    json.writeEndObject();
  }

  private static String described(Source source) {
    return switch (source) {
      case Source.Encoded(var mediaType, _) -> mediaType;
      case Source.Url _ -> "a URL";
      case Source.Plain _ -> "plain text";
      case Source.Foreign(var type) -> "a source of type " + type;
    };
  }

  private void toolUse(Block.ToolUse use) {
    json.writeObjectPropertyStart("toolUse");
    json.writeStringProperty("toolUseId", NAMES.fitting(use.id()));
    json.writeStringProperty("name", NAMES.fitting(use.name()));
    json.writeName("input");
    json.writeTree(use.input());
    json.writeEndObject();
  }

  private void toolResult(Block.ToolResult result) {
    json.writeObjectPropertyStart("toolResult");
    json.writeStringProperty("toolUseId", NAMES.fitting(result.toolUseId()));
    json.writeStringProperty("status", result.error() ? "error" : "success");
    json.writeArrayPropertyStart("content");
    var said = said(result.content());
    for (var part : said) {
      json.writeStartObject();
      block(part);
      json.writeEndObject();
    }
    if (said.isEmpty()) {
      text(NO_OUTPUT);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /// Converse refuses text without a character.
  private static List<Block> said(List<Block> content) {
    return content.stream()
        .filter(part -> !(part instanceof Block.Text text && text.text().isBlank()))
        .toList();
  }

  private void thinking(String text, Seal seal) {
    json.writeObjectPropertyStart("reasoningContent");
    json.writeObjectPropertyStart("reasoningText");
    json.writeStringProperty("text", text);
    if (seal.signature() != null) {
      json.writeStringProperty("signature", seal.signature());
    }
    json.writeEndObject();
    json.writeEndObject();
  }
}
