package dev.sluice.mcp.codemode;

import dev.sluice.core.mcp.ToolServer;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.catalog.Offered;
import dev.sluice.mcp.catalog.Visible;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.tools.ToolDefinition;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A server in memory.
record Fake(
    ToolServer declared,
    List<ToolDefinition> tools,
    Optional<String> away,
    Function<Call, CallResult> answer)
    implements Offered {

  /// @param tools as JSON
  static Fake of(ObjectName name, boolean codeMode, String... tools) {
    var definitions = new ArrayList<ToolDefinition>();
    for (var tool : tools) {
      var json = JsonMapper.shared().readValue(tool, ObjectNode.class);
      definitions.add(new ToolDefinition(name, json.path("name").stringValue(""), json));
    }
    return new Fake(
        Callers.declared(name, codeMode),
        definitions,
        Optional.empty(),
        call -> new CallResult.Result(call.params()));
  }

  Fake answering(Function<Call, CallResult> value) {
    return new Fake(declared, tools, away, value);
  }

  Fake away(String why) {
    return new Fake(declared, tools, Optional.of(why), answer);
  }

  /// By the names that they have on `/mcp`.
  static List<Visible> visible(Offered... servers) {
    var visible = new ArrayList<Visible>();
    for (var server : servers) {
      var name = server.declared().name().name();
      server.tools().forEach(t -> visible.add(new Visible(server, t, name + "__" + t.name())));
    }
    return visible;
  }

  @Override
  public CallResult call(Call call) {
    return answer.apply(call);
  }

  @Override
  public void tell(Message.Notification notification) {}
}
