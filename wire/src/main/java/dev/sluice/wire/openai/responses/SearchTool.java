package dev.sluice.wire.openai.responses;

import dev.sluice.wire.conversation.Tool;
import dev.sluice.wire.translate.UntranslatableException;
import dev.sluice.wire.translate.UntranslatableException.Capability;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// Writes OpenAI's own search of the web as a tool. It can be bound to domains, and not kept from
/// any.
final class SearchTool {

  static final String TYPE = "web_search";

  /// As many as OpenAI takes.
  private static final int DOMAINS_MAX = 100;

  private SearchTool() {}

  static void write(JsonGenerator json, Tool.WebSearch search) {
    if (!search.blockedDomains().isEmpty()) {
      throw refused(
          "blocked_domains: %d (expected: none; this provider takes allowed_domains only)"
              .formatted(search.blockedDomains().size()));
    }
    var allowed = search.allowedDomains();
    if (allowed.size() > DOMAINS_MAX) {
      throw refused("allowed_domains: %d (expected: up to 100)".formatted(allowed.size()));
    }
    json.writeStartObject();
    json.writeStringProperty("type", TYPE);
    if (!allowed.isEmpty()) {
      json.writeObjectPropertyStart("filters");
      json.writeArrayPropertyStart("allowed_domains");
      allowed.forEach(json::writeString);
      json.writeEndArray();
      json.writeEndObject();
    }
    if (search.userLocation() != null) {
      location(json, search.userLocation());
    }
    json.writeEndObject();
  }

  private static void location(JsonGenerator json, Tool.UserLocation location) {
    json.writeObjectPropertyStart("user_location");
    json.writeStringProperty("type", "approximate");
    text(json, "city", location.city());
    text(json, "region", location.region());
    text(json, "country", location.country());
    text(json, "timezone", location.timezone());
    json.writeEndObject();
  }

  private static void text(JsonGenerator json, String member, @Nullable String text) {
    if (text != null) {
      json.writeStringProperty(member, text);
    }
  }

  private static UntranslatableException refused(String what) {
    return new UntranslatableException(Capability.OTHER, "tools." + what);
  }
}
