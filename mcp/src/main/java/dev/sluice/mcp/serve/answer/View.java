package dev.sluice.mcp.serve.answer;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.catalog.Catalog;
import dev.sluice.mcp.catalog.Offered;
import dev.sluice.mcp.catalog.Visible;
import dev.sluice.mcp.govern.Caller;
import dev.sluice.mcp.rpc.Meta;
import dev.sluice.mcp.tools.ToolDefinition;
import dev.sluice.mcp.tools.ToolNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What one caller sees at one endpoint.
///
/// @param servers in their order, only those of which the key may use something
public record View(Caller caller, Scope scope, List<Offered> servers) {

  public View {
    servers = List.copyOf(servers);
  }

  public static View of(Catalog catalog, Caller caller, Scope scope) {
    var servers =
        switch (scope) {
          case Scope.All _ ->
              catalog.servers().stream()
                  .filter(server -> sees(caller, server.declared().name()))
                  .toList();
          case Scope.One(var server) -> List.of(server);
        };
    return new View(caller, scope, servers);
  }

  /// Whether the caller may see anything of that server.
  public static boolean sees(Caller caller, ObjectName server) {
    return caller.key().tools().names(server)
        && caller.narrowing().servers().map(globs -> globs.matches(server.name())).orElse(true);
  }

  /// The tools that the caller may use, under the names of this endpoint.
  ///
  /// @param offered what each of the servers offers
  List<Visible> tools(Map<Offered, List<ToolDefinition>> offered) {
    return named(
        server ->
            offered.getOrDefault(server, List.of()).stream()
                .filter(tool -> caller.permits(server.declared().name(), tool.name()))
                .toList());
  }

  /// Prompts are called like tools.
  public List<Visible> prompts() {
    return named(
        server ->
            server.prompts().stream()
                .map(
                    json ->
                        new ToolDefinition(
                            server.declared().name(), json.path("name").stringValue(""), json))
                .toList());
  }

  private List<Visible> named(Function<Offered, List<ToolDefinition>> offered) {
    var byName = new HashMap<ObjectName, Offered>();
    var all = new ArrayList<ToolDefinition>();
    for (var server : servers) {
      byName.put(server.declared().name(), server);
      all.addAll(offered.apply(server));
    }
    var visible = new ArrayList<Visible>();
    switch (scope) {
      case Scope.One(var server) ->
          all.forEach(tool -> visible.add(new Visible(server, tool, tool.name())));
      case Scope.All _ ->
          ToolNames.of(all)
              .all()
              .forEach(
                  (name, tool) ->
                      visible.add(new Visible(known(byName, tool.server()), tool, name)));
    }
    return visible;
  }

  private static Offered known(Map<ObjectName, Offered> servers, ObjectName name) {
    return Optional.ofNullable(servers.get(name))
        .orElseThrow(() -> new IllegalStateException("BUG: a tool of no server"));
  }

  public static Optional<Visible> find(List<Visible> all, String name) {
    return all.stream().filter(visible -> visible.name().equals(name)).findFirst();
  }

  /// A definition under its name here.
  static ObjectNode shown(Visible visible) {
    return Meta.shallow(visible.tool().json()).put("name", visible.name());
  }

  /// How a server is called by this caller.
  public String label(ObjectName server) {
    return server.namespace().equals(caller.key().name().namespace())
        ? server.name()
        : server.namespace() + "." + server.name();
  }

  /// The servers for programs that cannot be asked now, and why.
  Map<ObjectName, String> awayOfPrograms() {
    var away = new TreeMap<ObjectName, String>();
    for (var server : servers) {
      if (server.declared().codeMode()) {
        server.away().ifPresent(why -> away.put(server.declared().name(), why));
      }
    }
    return away;
  }

  /// The servers that cannot be asked now, each with the reason; empty where there is none.
  Optional<tools.jackson.databind.JsonNode> unavailable() {
    var away = JsonNodeFactory.instance.arrayNode();
    for (var server : servers) {
      server
          .away()
          .ifPresent(
              reason ->
                  away.addObject()
                      .put("server", label(server.declared().name()))
                      .put("reason", reason));
    }
    return away.isEmpty() ? Optional.empty() : Optional.of(away);
  }
}
