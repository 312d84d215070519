package dev.sluice.testkit.anthropic.rules;

import dev.sluice.testkit.http.HttpRequest;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The versions of the API, and what the newest takes no more. It refuses a document in a message
/// of the assistant, too, which is refused here in any version.
public final class VersionRules {

  private static final String HEADER = "anthropic-version";
  private static final String NEWEST = "2026-10-21";
  private static final Set<String> KNOWN = Set.of("2023-06-01", NEWEST);

  private VersionRules() {}

  /// Refuses a request without a version, or with one that there never was.
  static void checkHeader(HttpRequest request) {
    var version =
        request
            .header(HEADER)
            .orElseThrow(() -> RefusedException.invalid(HEADER + ": header is required"));
    if (!KNOWN.contains(version)) {
      throw RefusedException.invalid(
          "%s: \"%s\" is not a valid version".formatted(HEADER, version));
    }
  }

  /// Refuses what the request's version no longer has, in a body that is good otherwise.
  public static void checkBody(HttpRequest request, JsonNode json) {
    if (!request.header(HEADER).orElse("").equals(NEWEST)) {
      return;
    }
    var body = new Field("", json);
    for (var name : List.of("temperature", "top_k", "top_p")) {
      body.optional(name)
          .ifPresent(
              field -> {
                throw field.wrong("Extra inputs are not permitted");
              });
    }
    body.required("messages").items().stream()
        .filter(message -> MessageRules.role(message).equals("user"))
        .forEach(VersionRules::checkMessage);
  }

  private static void checkMessage(Field message) {
    var content = message.required("content");
    if (!content.value().isArray()) {
      return;
    }
    content.items().forEach(VersionRules::checkSaid);
  }

  private static void checkSaid(Field block) {
    if (block.type().equals("text")) {
      block.ensure(block.value().path("citations").isEmpty(), "citations are not permitted here");
    }
    if (block.type().equals("search_result")) {
      block.required("content").items().forEach(VersionRules::checkSaid);
    }
  }
}
