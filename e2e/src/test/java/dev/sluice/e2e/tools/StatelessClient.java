package dev.sluice.e2e.tools;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A client of the newest era, which says all that it can do with each request.
///
/// @param plain without a session
/// @param capabilities in JSON
record StatelessClient(ToolClient plain, String capabilities) {

  private static final String PREFIX = "io.modelcontextprotocol/";

  static ObjectNode json(String text) {
    return (ObjectNode) JsonMapper.shared().readTree(text);
  }

  ToolClient.Answer ask(String method, ObjectNode params) {
    return named(method, params).ask(method, complete(params).toString());
  }

  ToolStream open(int id, String method, ObjectNode params) {
    return named(method, params).open(id, method, complete(params).toString());
  }

  /// Sends a call again with what the server wanted to know.
  ///
  /// @param asked the result that said so
  /// @param answer to each question, in JSON
  ToolClient.Answer answer(ObjectNode call, JsonNode asked, String answer) {
    var again = call.deepCopy();
    again.set("requestState", asked.path("requestState"));
    var responses = again.putObject("inputResponses");
    for (var question : asked.path("inputRequests").properties()) {
      responses.set(question.getKey(), json(answer));
    }
    return ask("tools/call", again);
  }

  private ToolClient named(String method, ObjectNode params) {
    var client = plain.with("mcp-protocol-version", "2026-07-28").with("mcp-method", method);
    return params.has("name") ? client.with("mcp-name", params.path("name").asString()) : client;
  }

  private ObjectNode complete(ObjectNode params) {
    var all = params.deepCopy();
    var meta = all.withObject("_meta");
    meta.put(PREFIX + "protocolVersion", "2026-07-28");
    meta.set(PREFIX + "clientCapabilities", json(capabilities));
    meta.putObject(PREFIX + "clientInfo").put("name", "e2e").put("version", "1");
    return all;
  }
}
