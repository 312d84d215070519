package dev.sluice.wire.openai.client;

import dev.sluice.wire.conversation.Tool;
import dev.sluice.wire.json.Field;
import dev.sluice.wire.json.Untold;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads how a client asks for searches of the web: a chat by a member of its body, a response by a
/// tool.
record SearchReader(Untold untold) {

  /// The tool's name inside; a function of the same name is refused, as Anthropic does.
  static final String NAME = "web_search";

  /// What the Messages API calls it.
  private static final String TYPE = "web_search_20250305";

  /// Of a client that names no limit: what an answer searches, and a hold covers.
  private static final long USES_OTHERWISE = 5;

  private static final Set<String> TOOL =
      Set.of("type", "filters", "user_location", "external_web_access");
  private static final Set<String> LOCATION =
      Set.of("type", "city", "region", "country", "timezone");

  static boolean isSearch(Field type) {
    return type.text().startsWith(NAME);
  }

  /// @param options `web_search_options` of a chat, which turn the search on even where empty
  Tool.WebSearch options(Field options) {
    untold.beyond(Set.of("user_location"), options.object(), "web_search_options.");
    var location = options.at("user_location");
    var approximate = location.at("approximate");
    return search(null, location(approximate.absent() ? location : approximate), USES_OTHERWISE);
  }

  /// @param limit `max_tool_calls` of a response
  Tool.WebSearch tool(Field tool, Field limit) {
    untold.beyond(TOOL, tool, "tools.");
    var external = tool.at("external_web_access");
    if (!external.absent() && !external.flag()) {
      throw Unsaid.of(external, "true");
    }
    var uses = limit.wholeIfAny(1);
    return search(
        tool.at("filters"),
        location(tool.at("user_location")),
        uses == null ? USES_OTHERWISE : uses);
  }

  private Tool.WebSearch search(
      @Nullable Field filters, Tool.@Nullable UserLocation location, long uses) {
    if (filters == null || filters.absent()) {
      return new Tool.WebSearch(NAME, TYPE, List.of(), List.of(), uses, location);
    }
    for (var filter : filters.object().json().propertyNames()) {
      if (!filter.equals("allowed_domains") && !filter.equals("blocked_domains")) {
        throw Unsaid.of(filters.at(filter), "allowed_domains or blocked_domains");
      }
    }
    var allowed = domains(filters.at("allowed_domains"));
    var blocked = domains(filters.at("blocked_domains"));
    if (!allowed.isEmpty() && !blocked.isEmpty()) {
      throw Unsaid.of(filters.at("blocked_domains"), "none beside allowed_domains");
    }
    return new Tool.WebSearch(NAME, TYPE, allowed, blocked, uses, location);
  }

  private static List<String> domains(Field list) {
    return list.itemsIfAny().stream().map(Field::name).toList();
  }

  private Tool.@Nullable UserLocation location(Field location) {
    if (location.absent()) {
      return null;
    }
    untold.beyond(LOCATION, location.object(), "user_location.");
    return new Tool.UserLocation(
        location.at("city").textIfAny(),
        location.at("region").textIfAny(),
        location.at("country").textIfAny(),
        location.at("timezone").textIfAny());
  }
}
