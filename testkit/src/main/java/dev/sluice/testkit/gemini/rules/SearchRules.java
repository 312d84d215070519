package dev.sluice.testkit.gemini.rules;

import dev.sluice.testkit.cloud.CloudRefusedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// The tools that Google runs: what they take, and what they go with.
///
/// Gemini 3 takes functions beside them at the Gemini API, where a flag is set and its calls are
/// sent back; that is not simulated. Of Vertex AI the guide says that it takes them with no model,
/// and reports that it does with Gemini 3: simulated is the stricter.
public final class SearchRules {

  private static final Set<String> BUILT_IN = Set.of("googleSearch", "urlContext", "codeExecution");
  private static final Set<String> OF_VERTEX = Set.of("excludeDomains", "blockingConfidence");
  private static final int DOMAINS_MAX = 2_000;
  private static final int URLS_MAX = 20;
  private static final Pattern URL = Pattern.compile("https?://[^\\s\"'<>)]+");
  private static final String FLAG = "includeServerSideToolInvocations";

  private SearchRules() {}

  static void check(JsonNode body, String model, Dialect dialect) {
    var kinds = new HashSet<String>();
    for (var tool : body.path("tools")) {
      kinds.addAll(tool.propertyNames());
      checkSearch(tool.path("googleSearch"), dialect);
    }
    if (kinds.contains("googleSearchRetrieval")) {
      throw GeminiRules.invalid(
          "google_search_retrieval is not supported. Please use google_search tool instead.");
    }
    if (body.path("toolConfig").has(FLAG)) {
      checkFlag(dialect);
    }
    boolean builtIn = kinds.stream().anyMatch(BUILT_IN::contains);
    if (builtIn && kinds.contains("functionDeclarations")) {
      throw GeminiRules.invalid(beside(model, dialect));
    }
    if (kinds.contains("urlContext")) {
      checkUrls(body);
    }
  }

  /// An answer that must be JSON goes with searches from the third generation on.
  static void checkAnswer(JsonNode body, String model) {
    for (var tool : body.path("tools")) {
      if (!TurnRules.isSigned(model) && tool.propertyStream().anyMatch(SearchRules::isBuiltIn)) {
        throw GeminiRules.invalid(
            "Tool use with a response mime type: 'application/json' is unsupported");
      }
    }
  }

  private static boolean isBuiltIn(Map.Entry<String, JsonNode> member) {
    return BUILT_IN.contains(member.getKey());
  }

  private static String beside(String model, Dialect dialect) {
    return switch (dialect) {
      case VERTEX -> "Multiple tools are supported only when they are all search tools.";
      case GEMINI_API ->
          TurnRules.isSigned(model)
              ? "Please enable tool_config.include_server_side_tool_invocations to use Built-in"
                  + " tools with Function calling."
              : "Tool use with function calling is unsupported by the model.";
    };
  }

  private static void checkFlag(Dialect dialect) {
    throw switch (dialect) {
      case VERTEX -> unknown(FLAG, "tool_config");
      case GEMINI_API ->
          GeminiRules.invalid(
              "tool_config.%s: true (expected: nothing, it is not simulated)"
                  .formatted(ProtoRules.snake(FLAG)));
    };
  }

  private static void checkSearch(JsonNode search, Dialect dialect) {
    for (var name : OF_VERTEX) {
      if (dialect == Dialect.GEMINI_API && search.has(name)) {
        throw unknown(name, "tools[0].google_search");
      }
    }
    var domains = search.path("excludeDomains");
    if (domains.size() > DOMAINS_MAX) {
      throw GeminiRules.invalid("exclude_domains: at most %d are allowed".formatted(DOMAINS_MAX));
    }
    for (var domain : domains) {
      if (!domain.asString("").matches("[a-zA-Z0-9.-]+\\.[a-zA-Z]{2,}")) {
        throw GeminiRules.invalid("Invalid domain in exclude_domains: " + domain);
      }
    }
  }

  private static void checkUrls(JsonNode body) {
    var urls = urls(body).size();
    if (urls > URLS_MAX) {
      throw GeminiRules.invalid(
          "Number of urls to lookup exceeds the limit (%d > %d).".formatted(urls, URLS_MAX));
    }
  }

  /// The addresses in the last turn, in which the user says what is to be read.
  public static List<String> urls(JsonNode body) {
    var contents = body.path("contents");
    var urls = new ArrayList<String>();
    for (var part : contents.path(contents.size() - 1).path("parts")) {
      URL.matcher(part.path("text").asString("")).results().forEach(url -> urls.add(url.group()));
    }
    return urls;
  }

  private static CloudRefusedException unknown(String name, String place) {
    return GeminiRules.invalid(
        "Invalid JSON payload received. Unknown name \"%s\" at '%s': Cannot find field."
            .formatted(name, place));
  }
}
