package dev.sluice.standalone.warm;

import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// A request of the size and shape that Claude Code sends: a long system text, many tools with
/// schemas, a conversation, and the short fields at the end.
final class SampleRequest {

  private static final int TOOLS = 24;
  private static final int TURNS = 12;
  private static final String TEXT =
      "Use this \"tool\" with care:\n- it reads a file of the project\n- paths are absolute\t\n"
          .repeat(8);

  private SampleRequest() {}

  static byte[] body() {
    var out = new ByteArrayOutputStream(64 << 10);
    try (var json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeStringProperty("model", "claude-sonnet-4-5");
      messages(json);
      system(json);
      tools(json);
      json.writeObjectPropertyStart("metadata");
      json.writeStringProperty("user_id", "warm-up");
      json.writeEndObject();
      json.writeNumberProperty("max_tokens", 32_000);
      json.writeObjectPropertyStart("thinking");
      json.writeStringProperty("type", "enabled");
      json.writeNumberProperty("budget_tokens", 8_000);
      json.writeEndObject();
      json.writeBooleanProperty("stream", true);
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  private static void messages(JsonGenerator json) {
    json.writeArrayPropertyStart("messages");
    for (var turn = 0; turn < TURNS; turn++) {
      json.writeStartObject();
      json.writeStringProperty("role", turn % 2 == 0 ? "user" : "assistant");
      json.writeArrayPropertyStart("content");
      text(json);
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void system(JsonGenerator json) {
    json.writeArrayPropertyStart("system");
    text(json);
    text(json);
    json.writeEndArray();
  }

  private static void text(JsonGenerator json) {
    json.writeStartObject();
    json.writeStringProperty("type", "text");
    json.writeStringProperty("text", TEXT);
    json.writeObjectPropertyStart("cache_control");
    json.writeStringProperty("type", "ephemeral");
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void tools(JsonGenerator json) {
    json.writeArrayPropertyStart("tools");
    for (var tool = 0; tool < TOOLS; tool++) {
      json.writeStartObject();
      json.writeStringProperty("name", "Tool" + tool);
      json.writeStringProperty("description", TEXT);
      json.writeObjectPropertyStart("input_schema");
      json.writeStringProperty("type", "object");
      json.writeObjectPropertyStart("properties");
      for (var name : new String[] {"file_path", "offset", "limit"}) {
        json.writeObjectPropertyStart(name);
        json.writeStringProperty("type", "string");
        json.writeStringProperty("description", TEXT);
        json.writeEndObject();
      }
      json.writeEndObject();
      json.writeEndObject();
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
