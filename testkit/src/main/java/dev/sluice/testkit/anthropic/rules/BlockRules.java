package dev.sluice.testkit.anthropic.rules;

import dev.sluice.testkit.answer.Signatures;
import dev.sluice.testkit.anthropic.SealedContent;
import java.util.List;
import java.util.Set;

/// One content block: its type and its members.
final class BlockRules {

  private static final Set<String> RESULT_BLOCKS =
      Set.of("text", "image", "document", "search_result", "tool_reference");
  private static final Set<String> IMAGES =
      Set.of("image/png", "image/jpeg", "image/gif", "image/webp");

  /// The recorded traffic was written by another simulator, which signed all thinking with this.
  private static final String RECORDED = "c2lnbmF0dXJlLW1vY2s=";

  private static final String RECORDED_PAGE = "c2VhcmNoIHJlc3VsdA==".repeat(20);

  private static final Signatures SIGNATURES = new Signatures("anthropic");

  private BlockRules() {}

  static void check(Field block, Set<String> types) {
    var type = block.type();
    block.ensure(types.contains(type), "Input tag '%s' is not expected here", type);
    switch (type) {
      case "text" -> checkText(block);
      case "image" -> checkImage(block);
      case "document" -> block.required("source").object().required("type").text();
      case "thinking" -> checkThinking(block);
      case "redacted_thinking" -> block.only(Set.of("type", "data")).required("data").text();
      case "tool_use" -> checkToolUse(block);
      case "tool_result" -> checkToolResult(block);
      case "tool_reference" -> block.required("tool_name").text();
      case "server_tool_use" -> checkServerId(block.required("id"));
      case "web_search_tool_result" -> checkFound(block);
      // Server tools and their results come back as the API wrote them.
      default -> block.object();
    }
  }

  private static void checkText(Field block) {
    block.only(Set.of("type", "text", "cache_control", "citations"));
    block.required("text").text();
    block.ensure(!block.at("text").text().isEmpty(), "text content blocks must be non-empty");
    for (var citation : block.optional("citations").map(Field::items).orElse(List.of())) {
      block.ensure(
          !citation.value().path("type").asString("").equals("web_search_result_location")
              || isSealed(citation.required("encrypted_index").text()),
          "Invalid `encrypted_index` in `web_search_result_location` citation");
    }
  }

  private static void checkImage(Field block) {
    var source = block.only(Set.of("type", "source", "cache_control")).required("source");
    switch (source.type()) {
      case "base64" -> {
        source.required("media_type").oneOf(IMAGES);
        source.required("data").text();
      }
      case "url" -> source.required("url").text();
      case "file" -> source.required("file_id").text();
      default -> throw source.at("type").wrong("Input should be base64, url or file");
    }
  }

  private static void checkThinking(Field block) {
    block.only(Set.of("type", "thinking", "signature"));
    var thinking = block.required("thinking").text();
    var signature = block.required("signature").text();
    block.ensure(
        signature.equals(RECORDED) || SIGNATURES.verifies(thinking, signature),
        "Invalid `signature` in `thinking` block");
  }

  private static void checkServerId(Field id) {
    id.ensure(
        id.text().matches("srvtoolu_[a-zA-Z0-9_]+"),
        "String should match pattern '^srvtoolu_[a-zA-Z0-9_]+$'");
  }

  private static void checkFound(Field block) {
    checkServerId(block.required("tool_use_id"));
    var content = block.required("content");
    if (content.value().isObject()) {
      content.required("error_code").text();
      return;
    }
    for (var page : content.items()) {
      page.required("url").text();
      page.required("title").text();
      block.ensure(
          isSealed(page.required("encrypted_content").text()),
          "Invalid `encrypted_content` in `search_result` block");
    }
  }

  /// The recorded traffic has words of another simulator.
  private static boolean isSealed(String content) {
    return content.equals(SealedContent.PAGE) || content.equals(RECORDED_PAGE);
  }

  private static void checkToolUse(Field block) {
    block.only(Set.of("type", "id", "name", "input", "cache_control", "caller"));
    var id = block.required("id").text();
    block
        .at("id")
        .ensure(id.matches("[a-zA-Z0-9_-]+"), "String should match pattern '^[a-zA-Z0-9_-]+$'");
    block.required("name").text();
    block.required("input").object();
  }

  private static void checkToolResult(Field block) {
    block.only(Set.of("type", "tool_use_id", "content", "is_error", "cache_control"));
    block.required("tool_use_id").text();
    block.optional("is_error").ifPresent(Field::flag);
    block
        .optional("content")
        .filter(content -> !content.value().isString())
        .ifPresent(content -> content.items().forEach(inner -> check(inner, RESULT_BLOCKS)));
  }
}
