package dev.sluice.mcp.codemode.run;

import dev.sluice.mcp.catalog.Visible;
import dev.sluice.mcp.govern.Caller;
import dev.sluice.mcp.govern.ToolCalls;
import dev.sluice.mcp.rpc.Meta;
import dev.sluice.mcp.sandbox.ToolName;
import dev.sluice.mcp.sandbox.Tools;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.Cancellation;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The tools of one program: each call passes what a call of the client itself would pass.
///
/// @param outer the client's call, which the program came with
/// @param end cancelled when the program has ended, or the client's call
record InnerTools(
    Caller caller,
    Map<ToolName, Visible> tools,
    ToolCalls calls,
    Call outer,
    Cancellation end,
    Relay relay,
    Results results)
    implements Tools {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String PROTOCOL = "io.modelcontextprotocol/";

  @Override
  public Answer call(ToolName name, String input) {
    var tool = tools.get(name);
    if (tool == null) {
      return new Answer.Failed("there is no tool " + name);
    }
    JsonNode arguments;
    try {
      arguments = JSON.readTree(input);
    } catch (JacksonException _) {
      return new Answer.Failed("the input of " + name + " cannot be read; is it very deep?");
    }
    if (!arguments.isObject()) {
      return new Answer.Failed(name + " takes one object with its arguments by name");
    }
    // One of its own: what a connection does after an answer shall not end with the program.
    var cancellation = new Cancellation();
    try (var _ =
        end.onCancel(() -> cancellation.cancel(end.reason().orElse("the program ended")))) {
      var own = tool.tool().name();
      var call = inner(name, own, arguments).with(cancellation);
      var result = calls.call(caller, tool.server(), own, call);
      relay.answered();
      return results.answer(result);
    }
  }

  private Call inner(ToolName name, String own, JsonNode arguments) {
    var params = JsonNodeFactory.instance.objectNode().put("name", own);
    params.set("arguments", arguments);
    var meta = meta();
    if (!meta.isEmpty()) {
      params.set(Meta.FIELD, meta);
    }
    return outer.with(params).with(new InnerSink(name, relay)).with(Call.InputPolicy.ANSWERED);
  }

  /// What the client says beside its call, such as the id of the model's use of a tool: by it the
  /// records of all calls of a program are joined. What belongs to the protocol itself is left out.
  private ObjectNode meta() {
    var meta = JsonNodeFactory.instance.objectNode();
    for (var entry : Meta.of(outer.params()).properties()) {
      if (!entry.getKey().startsWith(PROTOCOL)) {
        meta.set(entry.getKey(), entry.getValue());
      }
    }
    relay.token().ifPresent(token -> meta.set(Meta.PROGRESS_TOKEN, token));
    return meta;
  }
}
