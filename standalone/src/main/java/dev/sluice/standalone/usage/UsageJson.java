package dev.sluice.standalone.usage;

import dev.sluice.core.price.Tokens;
import dev.sluice.core.usage.RawUsage;
import dev.sluice.core.usage.UsageRecord;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// One usage record as one line of JSON.
final class UsageJson {

  private static final JsonFactory JSON = new JsonFactory();

  private UsageJson() {}

  static byte[] line(UsageRecord usage) {
    var out = new ByteArrayOutputStream(512);
    try (var json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      write(usage, json);
    }
    out.write('\n');
    return out.toByteArray();
  }

  private static void write(UsageRecord usage, JsonGenerator json) {
    json.writeStartObject();
    json.writeStringProperty("time", usage.time().toString());
    json.writeStringProperty("requestId", usage.requestId());
    string(json, "upstreamRequestId", usage.upstreamRequestId());
    json.writeStringProperty("key", usage.key());
    string(json, "owner", usage.owner());
    string(json, "team", usage.team());
    string(json, "sessionId", usage.sessionId());
    string(json, "agentId", usage.agentId());
    string(json, "parentAgentId", usage.parentAgentId());
    string(json, "clientVersion", usage.clientVersion());
    json.writeStringProperty("modelAsked", usage.modelAsked());
    json.writeStringProperty("modelServed", usage.modelServed());
    json.writeStringProperty("provider", usage.provider());
    string(json, "credential", usage.credential());
    tokens(json, usage.tokens());
    raw(json, usage.rawUsage());
    json.writeStringProperty("costUsd", usage.cost().toUsd());
    json.writeStringProperty("priceVersion", usage.priceVersion());
    firstByte(json, usage.firstByteMs());
    json.writeNumberProperty("durationMs", usage.durationMs());
    json.writeStringProperty("outcome", usage.outcome().word());
    json.writeBooleanProperty("estimated", usage.estimated());
    json.writeEndObject();
  }

  private static void tokens(JsonGenerator json, Tokens tokens) {
    json.writeObjectPropertyStart("tokens");
    json.writeNumberProperty("input", tokens.input());
    json.writeNumberProperty("output", tokens.output());
    json.writeNumberProperty("cacheRead", tokens.cacheRead());
    json.writeNumberProperty("cacheWrite5m", tokens.cacheWrite5m());
    json.writeNumberProperty("cacheWrite1h", tokens.cacheWrite1h());
    json.writeNumberProperty("webSearches", tokens.webSearches());
    json.writeEndObject();
  }

  private static void raw(JsonGenerator json, @Nullable RawUsage raw) {
    switch (raw) {
      case null -> json.writeNullProperty("rawUsage");
      case RawUsage.Told(var told) -> {
        json.writeName("rawUsage");
        json.writeRawValue(told);
      }
      case RawUsage.LeftOut(long bytes) -> {
        json.writeObjectPropertyStart("rawUsage");
        json.writeNumberProperty("leftOutBytes", bytes);
        json.writeEndObject();
      }
    }
  }

  static void string(JsonGenerator json, String name, @Nullable String value) {
    if (value == null) {
      json.writeNullProperty(name);
    } else {
      json.writeStringProperty(name, value);
    }
  }

  private static void firstByte(JsonGenerator json, @Nullable Long millis) {
    if (millis == null) {
      json.writeNullProperty("firstByteMs");
    } else {
      json.writeNumberProperty("firstByteMs", millis);
    }
  }
}
