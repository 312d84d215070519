package dev.sluice.wire.anthropic.message;

import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Block.CacheMark;
import dev.sluice.wire.conversation.Page;
import dev.sluice.wire.conversation.Tool;
import dev.sluice.wire.json.Field;
import dev.sluice.wire.json.Untold;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads searches of the web: the tool, and what the model asked and found in earlier turns.
///
/// @param marks reads the cache mark of a block
record SearchReader(Untold untold, Function<Field, @Nullable CacheMark> marks) {

  private static final Set<String> SEARCH =
      Set.of("type", "id", "name", "input", "caller", "cache_control");
  private static final Set<String> FOUND =
      Set.of("type", "tool_use_id", "content", "caller", "cache_control");
  private static final Set<String> PAGE =
      Set.of("type", "url", "title", "encrypted_content", "page_age");
  private static final Set<String> TOOL =
      Set.of("type", "name", "allowed_domains", "blocked_domains", "max_uses", "user_location");
  private static final Set<String> FETCH =
      Set.of(
          "type",
          "name",
          "allowed_domains",
          "blocked_domains",
          "max_uses",
          "max_content_tokens",
          "citations");

  Block.Search search(Field block) {
    untold.beyond(SEARCH, block, "content.");
    var query = block.at("input").at("query").json();
    return new Block.Search(block.at("id").name(), query.asString(""), marks.apply(block));
  }

  Block.Found found(Field block) {
    untold.beyond(FOUND, block, "content.");
    var content = block.at("content");
    boolean failed = content.json().isObject();
    return new Block.Found(
        block.at("tool_use_id").name(),
        failed ? List.of() : content.items().stream().map(this::page).toList(),
        failed ? content.at("error_code").name() : null,
        marks.apply(block));
  }

  private Page page(Field page) {
    untold.beyond(PAGE, page.object(), "content.content.");
    return new Page(
        page.at("url").name(),
        Objects.requireNonNullElse(page.at("title").textIfAny(), ""),
        page.at("encrypted_content").textIfAny(),
        page.at("page_age").textIfAny());
  }

  Tool.WebSearch tool(String name, String type, Field tool) {
    untold.beyond(TOOL, tool, "tools.");
    return new Tool.WebSearch(
        name,
        type,
        texts(tool.at("allowed_domains")),
        texts(tool.at("blocked_domains")),
        tool.at("max_uses").wholeIfAny(1),
        location(tool.at("user_location")));
  }

  Tool.WebFetch fetch(String name, String type, Field tool) {
    untold.beyond(FETCH, tool, "tools.");
    return new Tool.WebFetch(
        name,
        type,
        texts(tool.at("allowed_domains")),
        texts(tool.at("blocked_domains")),
        tool.at("max_uses").wholeIfAny(1),
        tool.at("max_content_tokens").wholeIfAny(1),
        tool.at("citations").at("enabled").flag());
  }

  private static List<String> texts(Field list) {
    return list.itemsIfAny().stream().map(Field::name).toList();
  }

  private Tool.@Nullable UserLocation location(Field location) {
    if (location.absent()) {
      return null;
    }
    if (!location.object().at("type").text().equals("approximate")) {
      throw location.at("type").wrong("approximate");
    }
    return new Tool.UserLocation(
        location.at("city").textIfAny(),
        location.at("region").textIfAny(),
        location.at("country").textIfAny(),
        location.at("timezone").textIfAny());
  }
}
