package dev.sluice.testkit.bedrock;

import java.util.Set;

/// One content block of a Converse message.
final class ConverseBlocks {

  static final String NAME = "[a-zA-Z0-9_-]+";
  static final int NAME_CHARACTERS_MAX = 64;

  private static final Set<String> USER =
      Set.of("text", "image", "document", "toolResult", "cachePoint", "guardContent");
  private static final Set<String> ASSISTANT =
      Set.of("text", "toolUse", "reasoningContent", "cachePoint", "citationsContent");
  private static final Set<String> RESULT = Set.of("text", "json", "image", "document");
  private static final Set<String> IMAGES = Set.of("png", "jpeg", "gif", "webp");
  private static final Set<String> DOCUMENTS =
      Set.of("pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md");

  private ConverseBlocks() {}

  static void check(Member block, String role, String place) {
    var content = block.one(role.equals("user") ? USER : ASSISTANT);
    check(content, place);
  }

  private static void check(Member content, String place) {
    switch (content.path().substring(content.path().lastIndexOf('.') + 1)) {
      case "text" -> checkText(content, place);
      case "image" -> checkImage(content);
      case "document" -> checkDocument(content);
      case "toolUse" -> checkToolUse(content);
      case "toolResult" -> checkToolResult(content, place);
      case "reasoningContent" -> checkReasoning(content);
      case "cachePoint" -> checkCachePoint(content);
      default -> content.object();
    }
  }

  private static void checkText(Member text, String place) {
    if (text.text().isBlank()) {
      throw Member.refusal(
          "The text field in the ContentBlock object at %s is blank. Add text to the text field,"
                  .formatted(place)
              + " and try again.");
    }
  }

  private static void checkImage(Member image) {
    image.only(Set.of("format", "source"));
    image.required("format").oneOf(IMAGES);
    checkSource(image.required("source"), Set.of("bytes", "s3Location"));
  }

  private static void checkDocument(Member document) {
    document.only(Set.of("format", "name", "source", "context", "citations"));
    document.required("format").oneOf(DOCUMENTS);
    var name = document.required("name").text();
    if (!name.matches("[\\p{Alnum}\\s()\\[\\]-]+") || name.matches(".*\\s\\s.*")) {
      throw Member.refusal(
          "The document file name can only contain alphanumeric characters, whitespace characters,"
              + " hyphens, parentheses, and square brackets. The name can't contain more than one"
              + " consecutive whitespace character.");
    }
    checkSource(document.required("source"), Set.of("bytes", "s3Location", "text", "content"));
  }

  private static void checkSource(Member source, Set<String> kinds) {
    var content = source.one(kinds);
    if (content.path().endsWith(".bytes")) {
      content.bytes();
    }
  }

  private static void checkToolUse(Member use) {
    use.only(Set.of("toolUseId", "name", "input", "type"));
    use.required("toolUseId").matching(NAME, NAME_CHARACTERS_MAX);
    use.required("name").matching(NAME, NAME_CHARACTERS_MAX);
    if (!use.required("input").value().isObject()) {
      throw Member.refusal(
          "The format of the value at %s.input is invalid. Provide a json object for the field and"
                  .formatted(use.path())
              + " try again.");
    }
  }

  private static void checkToolResult(Member result, String place) {
    result.only(Set.of("toolUseId", "content", "status", "type"));
    result.required("toolUseId").matching(NAME, NAME_CHARACTERS_MAX);
    result.optional("status").ifPresent(status -> status.oneOf(Set.of("success", "error")));
    for (var part : result.required("content").items()) {
      check(part.one(RESULT), place + ".toolResult.content");
    }
  }

  private static void checkReasoning(Member reasoning) {
    var kind = reasoning.one(Set.of("reasoningText", "redactedContent"));
    if (kind.path().endsWith(".redactedContent")) {
      kind.bytes();
      return;
    }
    kind.only(Set.of("text", "signature")).required("text").text();
    kind.optional("signature").ifPresent(Member::text);
  }

  static void checkCachePoint(Member point) {
    point.only(Set.of("type", "ttl")).required("type").oneOf(Set.of("default"));
    point.optional("ttl").ifPresent(ttl -> ttl.oneOf(Set.of("5m", "1h")));
  }
}
