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
    var permitted =
        all(
            server ->
                offered.getOrDefault(server, List.of()).stream()
                    .filter(tool -> caller.permits(server.declared().name(), tool.name()))
                    .toList());
    return switch (scope) {
      case Scope.One _ -> visible(ToolNames.ofServer(permitted));
      case Scope.All _ -> visible(ToolNames.of(permitted));
    };
  }

  /// Prompts are called like tools; where there is one server they have their own names, which no
  /// provider reads.
  public List<Visible> prompts() {
    var prompts = all(View::prompts);
    return switch (scope) {
      case Scope.One(var server) ->
          prompts.stream().map(prompt -> new Visible(server, prompt, prompt.name())).toList();
      case Scope.All _ -> visible(ToolNames.of(prompts));
    };
  }

  private static List<ToolDefinition> prompts(Offered server) {
    var name = server.declared().name();
    return server.prompts().stream()
        .map(json -> new ToolDefinition(name, json.path("name").stringValue(""), json))
        .toList();
  }

  private List<ToolDefinition> all(Function<Offered, List<ToolDefinition>> offered) {
    return servers.stream().flatMap(server -> offered.apply(server).stream()).toList();
  }

  private List<Visible> visible(ToolNames names) {
    var byName = new HashMap<ObjectName, Offered>();
    servers.forEach(server -> byName.put(server.declared().name(), server));
    var visible = new ArrayList<Visible>();
    names
        .all()
        .forEach(
            (name, tool) -> visible.add(new Visible(known(byName, tool.server()), tool, name)));
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
