package dev.sluice.wire.anthropic.message;

import static dev.sluice.wire.anthropic.message.MessageJson.JSON;

import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Citation;
import dev.sluice.wire.conversation.Page;
import dev.sluice.wire.conversation.Tool;
import dev.sluice.wire.json.WellFormed;
import dev.sluice.wire.translate.Seal;
import dev.sluice.wire.translate.SearchIds;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Searches of the web and citations in the words of the Messages API. What another origin found is
/// sealed with its name, so that it does not come to Anthropic as its own.
///
/// @param origin of the answer
record SearchJson(String origin) {

  static final String NAME = "web_search";

  ObjectNode search(String id) {
    return JSON.createObjectNode()
        .put("type", "server_tool_use")
        .put("id", SearchIds.told(origin, id))
        .put("name", NAME);
  }

  ObjectNode found(String searchId, List<Page> pages, @Nullable String failure) {
    var block = JSON.createObjectNode().put("type", "web_search_tool_result");
    block.put("tool_use_id", SearchIds.told(origin, searchId));
    if (failure != null) {
      block
          .putObject("content")
          .put("type", "web_search_tool_result_error")
          .put("error_code", failure);
      return block;
    }
    var content = block.putArray("content");
    pages.forEach(page -> content.add(page(page)));
    return block;
  }

  private ObjectNode page(Page page) {
    return JSON.createObjectNode()
        .put("type", "web_search_result")
        .put("title", WellFormed.text(titled(page.title(), page.url())))
        .put("url", WellFormed.text(page.url()))
        .put("encrypted_content", Seal.seal(origin, page.sealed()))
        .put("page_age", page.age() == null ? null : WellFormed.text(page.age()));
  }

  JsonNode citation(Citation citation) {
    return switch (citation) {
      case Citation.Given(var json) -> json;
      case Citation.Web(var url, var title, var quoted, var sealed) ->
          JSON.createObjectNode()
              .put("type", "web_search_result_location")
              .put("cited_text", WellFormed.text(quoted))
              .put("url", WellFormed.text(url))
              .put("title", WellFormed.text(titled(title, url)))
              .put("encrypted_index", Seal.seal(origin, sealed));
    };
  }

  /// A search in the history as it was read.
  static ObjectNode asked(Block.Search search) {
    var use = JSON.createObjectNode().put("type", "server_tool_use").put("id", search.id());
    use.put("name", NAME).putObject("input").put("query", search.query());
    return use;
  }

  /// What it came to, with the seals that it has.
  static ObjectNode found(Block.Found found) {
    var kept = new SearchJson(Seal.ANTHROPIC);
    return kept.found(found.searchId(), found.pages(), found.failure());
  }

  static ObjectNode tool(Tool.WebSearch search) {
    var tool = JSON.createObjectNode().put("type", search.type()).put("name", search.name());
    domains(tool, search.allowedDomains(), search.blockedDomains());
    if (search.maxUses() != null) {
      tool.put("max_uses", search.maxUses());
    }
    if (search.userLocation()
        instanceof Tool.UserLocation(var city, var region, var country, var zone)) {
      var location = tool.putObject("user_location").put("type", "approximate");
      text(location, "city", city);
      text(location, "region", region);
      text(location, "country", country);
      text(location, "timezone", zone);
    }
    return tool;
  }

  static ObjectNode tool(Tool.WebFetch fetch) {
    var tool = JSON.createObjectNode().put("type", fetch.type()).put("name", fetch.name());
    domains(tool, fetch.allowedDomains(), fetch.blockedDomains());
    if (fetch.maxUses() != null) {
      tool.put("max_uses", fetch.maxUses());
    }
    if (fetch.maxContentTokens() != null) {
      tool.put("max_content_tokens", fetch.maxContentTokens());
    }
    if (fetch.cites()) {
      tool.putObject("citations").put("enabled", true);
    }
    return tool;
  }

  private static void domains(ObjectNode tool, List<String> allowed, List<String> blocked) {
    if (!allowed.isEmpty()) {
      allowed.forEach(tool.putArray("allowed_domains")::add);
    }
    if (!blocked.isEmpty()) {
      blocked.forEach(tool.putArray("blocked_domains")::add);
    }
  }

  private static void text(ObjectNode object, String member, @Nullable String text) {
    if (text != null) {
      object.put(member, text);
    }
  }

  /// A page that nobody told a title of is called by its address.
  private static String titled(String title, String url) {
    return title.isBlank() ? url : title;
  }
}
