package dev.sluice.wire.anthropic.message;

import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Block.CacheMark;
import dev.sluice.wire.conversation.Block.Document;
import dev.sluice.wire.conversation.Block.Found;
import dev.sluice.wire.conversation.Block.Image;
import dev.sluice.wire.conversation.Block.Other;
import dev.sluice.wire.conversation.Block.SealedThinking;
import dev.sluice.wire.conversation.Block.Search;
import dev.sluice.wire.conversation.Block.Source;
import dev.sluice.wire.conversation.Block.Text;
import dev.sluice.wire.conversation.Block.Thinking;
import dev.sluice.wire.conversation.Block.ToolResult;
import dev.sluice.wire.conversation.Block.ToolUse;
import dev.sluice.wire.conversation.Page;
import dev.sluice.wire.json.Field;
import dev.sluice.wire.json.Untold;
import dev.sluice.wire.translate.SearchWords;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the blocks of a body, and notes which tools they bring into the prompt.
final class BlockReader {

  private static final String PREFIX = "content.";
  private static final Set<String> LIFETIMES = Set.of("5m", "1h");
  private static final Set<String> TEXT = Set.of("type", "text", "cache_control");
  private static final Set<String> IMAGE = Set.of("type", "source", "cache_control");
  private static final Set<String> DOCUMENT =
      Set.of("type", "source", "title", "context", "cache_control");
  private static final Set<String> TOOL_USE =
      Set.of("type", "id", "name", "input", "cache_control");
  private static final Set<String> TOOL_RESULT =
      Set.of("type", "tool_use_id", "content", "is_error", "cache_control");
  private static final Set<String> THINKING = Set.of("type", "thinking", "signature");
  private static final Set<String> SEALED_THINKING = Set.of("type", "data");

  private static final Set<String> SEARCH =
      Set.of("type", "id", "name", "input", "caller", "cache_control");
  private static final Set<String> FOUND =
      Set.of("type", "tool_use_id", "content", "caller", "cache_control");
  private static final Set<String> GIVEN =
      Set.of("type", "title", "source", "content", "cache_control");
  private static final Set<String> PAGE =
      Set.of("type", "url", "title", "encrypted_content", "page_age");

  private final Untold untold;
  private final Set<String> loadedTools = new HashSet<>();
  private final List<Field> addedTools = new ArrayList<>(0);

  BlockReader(Untold untold) {
    this.untold = untold;
  }

  /// The deferred tools that a block asks for.
  Set<String> loadedTools() {
    return loadedTools;
  }

  /// The tools that a block defines.
  List<Field> addedTools() {
    return addedTools;
  }

  /// A string, which can be empty, or an array of blocks.
  List<Block> content(Field content) {
    if (content.json().isString()) {
      var text = content.text();
      return text.isEmpty() ? List.of() : List.of(new Text(text, null));
    }
    if (!content.json().isArray()) {
      throw content.wrong("a string or an array of blocks");
    }
    return content.items().stream().map(this::block).toList();
  }

  private Block block(Field block) {
    var type = block.object().at("type").name();
    return switch (type) {
      case "tool_use" -> toolUse(block);
      case "tool_result" -> toolResult(block);
      case "thinking" -> thinking(block);
      case "redacted_thinking" -> sealedThinking(block);
      case "server_tool_use" ->
          block.at("name").textIs(SearchJson.NAME) ? search(block) : other(type, block);
      case "web_search_tool_result" -> found(block);
      default -> plain(type, block);
    };
  }

  /// What a tool's result can have too.
  private Block plain(String type, Field block) {
    return switch (type) {
      case "text" -> {
        untold.beyond(TEXT, block, PREFIX);
        yield new Text(block.at("text").text(), cacheMark(block));
      }
      case "image" -> {
        untold.beyond(IMAGE, block, PREFIX);
        yield new Image(source(block.at("source")), cacheMark(block));
      }
      case "document" -> document(block);
      case "search_result" -> given(block);
      default -> other(type, block);
    };
  }

  private Document document(Field block) {
    untold.beyond(DOCUMENT, block, PREFIX);
    return new Document(
        source(block.at("source")),
        block.at("title").textIfAny(),
        block.at("context").textIfAny(),
        cacheMark(block));
  }

  /// What the client found itself: only Claude cites from it.
  private Text given(Field block) {
    untold.beyond(GIVEN, block, PREFIX);
    var texts = block.at("content").items().stream().map(part -> part.at("text").text()).toList();
    return SearchWords.given(
        block.at("title").text(), block.at("source").text(), texts, cacheMark(block));
  }

  private ToolUse toolUse(Field block) {
    untold.beyond(TOOL_USE, block, PREFIX);
    return new ToolUse(
        block.at("id").name(),
        block.at("name").name(),
        block.at("input").object().json(),
        cacheMark(block));
  }

  private ToolResult toolResult(Field block) {
    untold.beyond(TOOL_RESULT, block, PREFIX);
    return new ToolResult(
        block.at("tool_use_id").name(),
        results(block.at("content")),
        block.at("is_error").flag(),
        cacheMark(block));
  }

  private List<Block> results(Field content) {
    if (content.absent()) {
      return List.of();
    }
    return content.json().isString()
        ? content(content)
        : content.items().stream().map(b -> plain(b.object().at("type").name(), b)).toList();
  }

  private Thinking thinking(Field block) {
    untold.beyond(THINKING, block, PREFIX);
    return new Thinking(block.at("thinking").text(), block.at("signature").textIfAny());
  }

  private SealedThinking sealedThinking(Field block) {
    untold.beyond(SEALED_THINKING, block, PREFIX);
    return new SealedThinking(block.at("data").text());
  }

  private Search search(Field block) {
    untold.beyond(SEARCH, block, "content.");
    var query = block.at("input").at("query").json();
    return new Search(block.at("id").name(), query.asString(""), cacheMark(block));
  }

  private Found found(Field block) {
    untold.beyond(FOUND, block, "content.");
    var content = block.at("content");
    boolean failed = content.json().isObject();
    return new Found(
        block.at("tool_use_id").name(),
        failed ? List.of() : content.items().stream().map(this::page).toList(),
        failed ? content.at("error_code").name() : null,
        cacheMark(block));
  }

  private Page page(Field page) {
    untold.beyond(PAGE, page.object(), "content.content.");
    return new Page(
        page.at("url").name(),
        Objects.requireNonNullElse(page.at("title").textIfAny(), ""),
        page.at("encrypted_content").textIfAny(),
        page.at("page_age").textIfAny());
  }

  private Other other(String type, Field block) {
    if (type.equals("tool_reference")) {
      load(block);
    } else if (type.equals("tool_addition")) {
      add(block);
    }
    return new Other(type, block.json(), cacheMark(block));
  }

  /// A tool that is referred to is in the prompt from there on.
  private void load(Field reference) {
    for (var name : List.of("tool_name", "name")) {
      if (!reference.at(name).absent()) {
        loadedTools.add(reference.at(name).name());
      }
    }
  }

  private void add(Field addition) {
    load(addition.at("tool_reference"));
    load(addition.at("tool"));
    var definition = addition.at("tool").at("definition");
    if (!definition.absent()) {
      addedTools.add(definition.object());
    }
  }

  private Source source(Field source) {
    return switch (source.object().at("type").name()) {
      case "base64" ->
          new Source.Encoded(
              source.at("media_type").name(), withoutBreaks(source.at("data").text()));
      case "url" -> new Source.Url(source.at("url").name());
      case "text" -> new Source.Plain(source.at("data").text());
      case "content" -> inBlocks(source.at("content"));
      case String type -> new Source.Foreign(type);
    };
  }

  /// A document in blocks: of its texts, if it has nothing else.
  private Source inBlocks(Field content) {
    var texts = new ArrayList<String>();
    for (var block : content(content)) {
      if (!(block instanceof Text(var text, _))) {
        return new Source.Foreign("content");
      }
      texts.add(text);
    }
    return new Source.Plain(String.join("\n", texts));
  }

  private static String withoutBreaks(String base64) {
    return base64.indexOf('\n') < 0 && base64.indexOf('\r') < 0
        ? base64
        : base64.replace("\n", "").replace("\r", "");
  }

  /// The mark of a block or of a tool.
  @Nullable CacheMark cacheMark(Field marked) {
    var mark = marked.at("cache_control");
    if (mark.absent()) {
      return null;
    }
    if (!mark.object().at("type").text().equals("ephemeral")) {
      throw mark.at("type").wrong("ephemeral");
    }
    untold.beyond(Set.of("type", "ttl"), mark, "cache_control.");
    var lifetime = mark.at("ttl").textIfAny();
    if (lifetime != null && !LIFETIMES.contains(lifetime)) {
      throw mark.at("ttl").wrong("5m or 1h");
    }
    return new CacheMark(lifetime == null ? "5m" : lifetime);
  }
}
