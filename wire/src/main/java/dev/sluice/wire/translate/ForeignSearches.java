package dev.sluice.wire.translate;

import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Page;
import dev.sluice.wire.json.JsonBody;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Blocks of the Messages API that another origin searched for, as Anthropic can be told them: a
/// search and what it found are text, and a text keeps only the citations that are Anthropic's own.
/// It could not read what others sealed, and refuses it.
public final class ForeignSearches {

  private static final JsonMapper JSON = JsonMapper.shared();

  private ForeignSearches() {}

  /// The block in its place; null where nothing of it is another's.
  ///
  /// @param bytes with the block at `offset`
  public static @Nullable String told(byte[] bytes, int offset, int length) {
    try {
      var block = JsonBody.read(bytes, offset, length).json();
      return block instanceof ObjectNode object ? told(object) : null;
    } catch (MalformedBodyException _) {
      return null; // Beyond limits, too, it is Anthropic's to refuse.
    }
  }

  private static @Nullable String told(ObjectNode block) {
    return switch (block.path("type").asString("")) {
      case "server_tool_use" -> {
        var id = block.path("id").asString("");
        var query = block.path("input").path("query").asString("");
        yield SearchIds.isForeign(id)
            ? text(SearchWords.of(new Block.Search(id, query, null)), block)
            : null;
      }
      case "web_search_tool_result" -> {
        var id = block.path("tool_use_id").asString("");
        yield SearchIds.isForeign(id) ? text(SearchWords.of(found(id, block)), block) : null;
      }
      case "text" -> withoutForeign(block);
      default -> null;
    };
  }

  private static Block.Found found(String id, JsonNode block) {
    var content = block.path("content");
    var pages = new ArrayList<Page>();
    if (content.isArray()) {
      for (var page : content) {
        var age = page.path("page_age").asString("");
        pages.add(
            new Page(
                page.path("url").asString(""),
                page.path("title").asString(""),
                null,
                age.isEmpty() ? null : age));
      }
    }
    var failure = content.isObject() ? content.path("error_code").asString("unavailable") : null;
    return new Block.Found(id, pages, failure, null);
  }

  private static String text(Block.Text told, ObjectNode block) {
    var text = JSON.createObjectNode().put("type", "text").put("text", told.text());
    if (block.has("cache_control")) {
      text.set("cache_control", block.path("cache_control"));
    }
    return JSON.writeValueAsString(text);
  }

  private static @Nullable String withoutForeign(ObjectNode block) {
    if (!(block.path("citations") instanceof ArrayNode citations)) {
      return null;
    }
    var own = JSON.createArrayNode();
    for (var citation : citations) {
      if (Seal.open(citation.path("encrypted_index").asString("")).isOf(Seal.ANTHROPIC)) {
        own.add(citation);
      }
    }
    if (own.size() == citations.size()) {
      return null;
    }
    block.remove("citations");
    if (!own.isEmpty()) {
      block.set("citations", own);
    }
    return JSON.writeValueAsString(block);
  }
}
