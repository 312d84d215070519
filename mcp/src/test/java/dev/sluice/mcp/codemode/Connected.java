package dev.sluice.mcp.codemode;

import dev.sluice.mcp.tools.ToolDefinition;
import dev.sluice.mcp.upstream.Connection;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.ClientProfile;
import dev.sluice.mcp.upstream.call.ServerListener;
import dev.sluice.mcp.upstream.call.Tally;
import dev.sluice.mcp.upstream.call.UpstreamLimits;
import dev.sluice.mcp.upstream.guard.Allowed;
import dev.sluice.mcp.upstream.guard.GuardRules;
import dev.sluice.mcp.upstream.guard.UrlGuard;
import dev.sluice.mcp.upstream.http.Credentials;
import dev.sluice.mcp.upstream.http.Http;
import dev.sluice.mcp.upstream.http.Tls;
import dev.sluice.mcp.upstream.streamable.Endpoint;
import dev.sluice.mcp.upstream.streamable.HttpOpener;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A simulated server behind a real connection, with the tools that it lists.
record Connected(Connection connection, Fake server) implements AutoCloseable {

  static Connected to(String name, URI url) {
    var rules = GuardRules.STANDARD.allowing(List.of(Allowed.of("127.0.0.0/8").orElseThrow()));
    var http = new Http(new UrlGuard(rules, UrlGuard.Resolver.SYSTEM), Tls.standard());
    var endpoint = new Endpoint(url, Endpoint.Transport.ANY, http, Credentials.NONE);
    var capabilities = JsonNodeFactory.instance.objectNode();
    capabilities.putObject("elicitation").putObject("form");
    var profile = ClientProfile.of("sluice", "0").with(capabilities);
    var limits = UpstreamLimits.STANDARD;
    var opener = new HttpOpener(endpoint, profile, limits, ServerListener.SILENT, new Tally());
    var connection =
        new Connection(
                name, opener, ServerListener.SILENT, limits, InstantSource.system(), new Random(1))
            .start();
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
