package dev.sluice.mcp.codemode;

import dev.sluice.mcp.tools.ToolDefinition;
import dev.sluice.mcp.upstream.Connection;
import dev.sluice.mcp.upstream.Opened;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.ClientProfile;
import dev.sluice.mcp.upstream.call.ServerListener;
import dev.sluice.mcp.upstream.call.UpstreamLimits;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A simulated server behind a real connection, with the tools that it lists.
record Connected(Connection connection, Fake server) implements AutoCloseable {

  static Connected to(String name, URI url) {
    var capabilities = JsonNodeFactory.instance.objectNode();
    capabilities.putObject("elicitation").putObject("form");
    var profile = ClientProfile.of("sluice", "0").with(capabilities);
    var connection =
        Opened.connection(url, profile, ServerListener.SILENT, UpstreamLimits.STANDARD);
    var id = Callers.server(name);
    var server =
        new Fake(
            Callers.declared(id, true),
            listed(connection, name),
            Optional.empty(),
            connection::call);
    return new Connected(connection, server);
  }

  private static List<ToolDefinition> listed(Connection connection, String name) {
    var tools = new ArrayList<ToolDefinition>();
    var params = JsonNodeFactory.instance.objectNode();
    while (true) {
      if (!(connection.call(Call.of("tools/list", params))
          instanceof CallResult.Result(var page))) {
        throw new AssertionError("no list of " + name);
      }
      for (var tool : page.path("tools")) {
        if (tool instanceof ObjectNode json) {
          tools.add(
              new ToolDefinition(Callers.server(name), json.path("name").stringValue(""), json));
        }
      }
      if (!page.has("nextCursor")) {
        return tools;
      }
      params = JsonNodeFactory.instance.objectNode();
      params.set("cursor", page.get("nextCursor"));
    }
  }

  @Override
  public void close() {
    connection.close();
  }
}
