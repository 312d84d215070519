package dev.sluice.wire.openai;

import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Block.CacheMark;
import dev.sluice.wire.conversation.Block.Source;
import dev.sluice.wire.conversation.Block.ToolResult;
import dev.sluice.wire.translate.SearchWords;
import dev.sluice.wire.translate.UntranslatableException;
import dev.sluice.wire.translate.UntranslatableException.Capability;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Says blocks in parts. What has no part of its own becomes text between marks, never nothing; or
/// it is refused, where it stands for what only Anthropic has.
///
/// @param taken what the model can look at besides text
public record Parts(Set<Capability> taken) {

  private static final JsonMapper JSON = JsonMapper.shared();

  /// Files and tools of which the text would name what the model cannot reach.
  private static final Set<String> REFUSED =
      Set.of("container_upload", "mcp_tool_use", "mcp_tool_result");

  public Parts {
    taken = Set.copyOf(taken);
  }

  public List<Part> of(List<Block> blocks) {
    var parts = new ArrayList<Part>();
    for (var block : blocks) {
      add(parts, block);
    }
    return parts;
  }

  private void add(List<Part> parts, Block block) {
    switch (block) {
      case Block.Text(var text, var mark) -> text(parts, text, mark);
      case Block.Image image -> parts.add(new Part.Image(imageUrl(image.source())));
      case Block.Document document -> document(parts, document);
      case ToolResult result -> {
        text(parts, Marks.orphan(result), result.cacheMark());
        parts.addAll(of(result.content()));
      }
      case Block.Search search -> add(parts, SearchWords.of(search));
      case Block.Found found -> add(parts, SearchWords.of(found));
      case Block.Other(var type, _, _) when REFUSED.contains(type) ->
          throw UntranslatableException.block(type);
      case Block.Other(var type, var json, var mark) ->
          text(parts, Marks.between(type, JSON.writeValueAsString(json)), mark);
      case Block.ToolUse use ->
          text(
              parts,
              Marks.between("tool_use", use.name() + " " + JSON.writeValueAsString(use.input())),
              use.cacheMark());
      case Block.Thinking _, Block.SealedThinking _ -> {
        // Only the model's own turns have it, and there it is no part of a message.
      }
    }
  }

  private static void text(List<Part> parts, String text, @Nullable CacheMark mark) {
    if (!text.isEmpty()) {
      parts.add(new Part.Text(text, mark));
    }
  }

  private String imageUrl(Source source) {
    require(Capability.IMAGE_BLOCK, "image: a block (expected: text; the model sees no images)");
    return switch (source) {
      case Source.Encoded(var mediaType, var base64) -> dataUrl(mediaType, base64);
      case Source.Url(var url) -> url;
      case Source.Plain _ ->
          throw new UntranslatableException(
              Capability.IMAGE_BLOCK, "image.source: text (expected: base64 or url)");
      case Source.Foreign(var type) ->
          throw new UntranslatableException(
              Capability.IMAGE_BLOCK, "image.source: " + type + " (expected: base64 or url)");
    };
  }

  private void document(List<Part> parts, Block.Document document) {
    var title = document.title() == null ? "" : document.title();
    if (document.context() != null) {
      text(parts, Marks.between("document_context", document.context()), null);
    }
    switch (document.source()) {
      case Source.Plain(var plain) ->
          text(parts, Marks.document(title, plain), document.cacheMark());
      case Source.Encoded(var mediaType, var base64) -> {
        if (mediaType.startsWith("text/")) {
          text(parts, Marks.document(title, decoded(base64)), document.cacheMark());
        } else {
          parts.add(file(title, dataUrl(mediaType, base64)));
        }
      }
      case Source.Url(var url) -> parts.add(file(title, url));
      case Source.Foreign(var type) ->
          throw new UntranslatableException(
              Capability.DOCUMENT_BLOCK,
              "document.source: " + type + " (expected: base64, text or url)");
    }
  }

  private Part file(String title, String url) {
    require(
        Capability.DOCUMENT_BLOCK, "document: a file (expected: text; the model reads no files)");
    return new Part.File(title.isEmpty() ? "document.pdf" : title, url);
  }

  private void require(Capability capability, String otherwise) {
    if (!taken.contains(capability)) {
      throw new UntranslatableException(capability, otherwise);
    }
  }

  private static String decoded(String base64) {
    try {
      return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      throw new UntranslatableException(
          Capability.DOCUMENT_BLOCK, "document.source.data: not base64 (expected: base64)");
    }
  }

  private static String dataUrl(String mediaType, String base64) {
    return "data:" + mediaType + ";base64," + base64;
  }
}
