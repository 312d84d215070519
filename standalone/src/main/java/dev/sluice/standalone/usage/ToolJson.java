package dev.sluice.standalone.usage;

import static dev.sluice.standalone.usage.UsageJson.string;

import dev.sluice.core.usage.ToolRecord;
import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// The record of one message to a server of tools as one line of JSON.
///
/// It has the names of other records where it says the same, so that the sum of all costs is one
/// sum; `kind` tells them apart, which records of exchanges do not have. Calls of tools have the
/// kind `tool`, other messages `message`, calls of the gateway's own tools `metaTool`.
final class ToolJson {

  private static final JsonFactory JSON = new JsonFactory();

  private ToolJson() {}

  static byte[] line(ToolRecord usage) {
    var out = new ByteArrayOutputStream(512);
    try (var json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      write(usage, json);
    }
    out.write('\n');
    return out.toByteArray();
  }

  private static void write(ToolRecord usage, JsonGenerator json) {
    json.writeStartObject();
    json.writeStringProperty("kind", usage.kind().word());
    json.writeStringProperty("time", usage.time().toString());
    json.writeStringProperty("requestId", usage.requestId());
    json.writeStringProperty("key", usage.key());
    string(json, "owner", usage.owner());
    string(json, "team", usage.team());
    string(json, "session", usage.session());
    string(json, "toolUseId", usage.toolUseId());
    string(json, "server", usage.server());
    if (usage.ofTool()) {
      string(json, "tool", usage.name());
      string(json, "digest", usage.digest());
    } else {
      json.writeStringProperty("method", usage.method());
      string(json, "name", usage.name());
    }
    json.writeNumberProperty("inputBytes", usage.inputBytes());
    json.writeNumberProperty("resultBytes", usage.resultBytes());
    json.writeNumberProperty("cutBytes", usage.cutBytes());
    json.writeNumberProperty("durationMs", usage.durationMs());
    json.writeStringProperty("outcome", usage.outcome().word());
    string(json, "reason", usage.reason());
    json.writeStringProperty("costUsd", usage.cost().toUsd());
    json.writeStringProperty("policyVersion", usage.policyVersion());
    if (usage.kind() == ToolRecord.Kind.TOOL) {
      string(json, "input", usage.input());
      string(json, "output", usage.output());
    }
    json.writeEndObject();
  }
}
