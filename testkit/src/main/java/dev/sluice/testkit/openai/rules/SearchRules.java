package dev.sluice.testkit.openai.rules;

import java.util.Set;

/// The tool that searches the web, and its calls in the input.
final class SearchRules {

  private static final int DOMAINS_MAX = 100;
  private static final Set<String> TYPES =
      Set.of(
          "web_search",
          "web_search_2025_08_26",
          "web_search_preview",
          "web_search_preview_2025_03_11");
  private static final Set<String> STATUSES =
      Set.of("in_progress", "searching", "completed", "failed");

  private SearchRules() {}

  /// The name that a choice calls it by.
  static String check(Field tool) {
    var type = tool.required("type").oneOf(TYPES);
    tool.only(
        Set.of("type", "filters", "user_location", "search_context_size", "external_web_access"));
    tool.optional("search_context_size")
        .ifPresent(size -> size.oneOf(Set.of("low", "medium", "high")));
    tool.optional("external_web_access").ifPresent(Field::flag);
    tool.optional("user_location").ifPresent(SearchRules::checkLocation);
    tool.optional("filters")
        .ifPresent(
            filters ->
                filters
                    .only(Set.of("allowed_domains"))
                    .optional("allowed_domains")
                    .ifPresent(SearchRules::checkDomains));
    return type.contains("preview") ? "web_search_preview" : "web_search";
  }

  private static void checkLocation(Field location) {
    location.only(Set.of("type", "city", "region", "country", "timezone"));
    location.required("type").oneOf(Set.of("approximate"));
    location
        .optional("country")
        .ifPresent(
            country -> {
              if (!country.text().matches("[A-Z]{2}")) {
                throw country.bad("expected a two-letter ISO country code", "invalid_value");
              }
            });
  }

  private static void checkDomains(Field domains) {
    for (var domain : domains.someItems(DOMAINS_MAX)) {
      if (domain.text().contains("://")) {
        throw domain.bad("expected a domain without http:// or https://", "invalid_value");
      }
    }
  }

  /// Some models and efforts do not go with it.
  static void checkModel(Field body, Model model) {
    var tools = body.optional("tools");
    if (tools.isEmpty()
        || tools.get().items().stream()
            .noneMatch(tool -> tool.peek("type").startsWith("web_search"))) {
      return;
    }
    tools
        .get()
        .ensure(
            !model.name().startsWith("gpt-4.1-nano"),
            "Hosted tool 'web_search' is not supported with " + model.name() + ".");
    tools
        .get()
        .ensure(
            !body.value().path("reasoning").path("effort").asString("").equals("minimal"),
            "The following tools cannot be used with reasoning.effort 'minimal': web_search.");
  }

  /// A call that comes back.
  static void checkItem(Field item) {
    item.only(Set.of("type", "id", "status", "action"));
    item.required("status").oneOf(STATUSES);
    var action = item.required("action").object();
    switch (action.required("type").oneOf(Set.of("search", "open_page", "find_in_page"))) {
      case "search" -> {
        action.only(Set.of("type", "query", "queries", "sources"));
        action.required("query").text();
      }
      case "open_page" -> action.only(Set.of("type", "url")).required("url").text();
      default -> {
        action.only(Set.of("type", "url", "pattern"));
        action.required("url").text();
        action.required("pattern").text();
      }
    }
  }
}
