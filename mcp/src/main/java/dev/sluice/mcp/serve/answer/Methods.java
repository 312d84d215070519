package dev.sluice.mcp.serve.answer;

import dev.sluice.mcp.catalog.Catalog;
import dev.sluice.mcp.catalog.Offered;
import dev.sluice.mcp.catalog.Visible;
import dev.sluice.mcp.govern.ToolCalls;
import dev.sluice.mcp.rpc.Era;
import dev.sluice.mcp.rpc.Meta;
import dev.sluice.mcp.rpc.ParamHeaders;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.serve.http.Incoming;
import dev.sluice.mcp.serve.http.RefusedException;
import dev.sluice.mcp.serve.meta.MetaToolSet;
import dev.sluice.mcp.serve.session.Kept;
import dev.sluice.mcp.tools.ToolNames;
import dev.sluice.mcp.upstream.call.CallResult;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Answers each method: from the lists, or by the server that it is for.
public final class Methods {

  private static final Set<String> OF_SESSIONS =
      Set.of("logging/setLevel", "resources/subscribe", "resources/unsubscribe");

  /// What belongs to a connection is no client's, since all share the connection to a server.
  private static final Set<String> OF_CONNECTIONS = Set.of("initialize", "ping", "server/discover");

  private static final List<String> FAMILIES_OF_CONNECTIONS =
      List.of(
          "subscriptions/",
          "notifications/",
          "roots/",
          "sampling/",
          "elicitation/",
          "logging/",
          "tasks/");

  private final Catalog catalog;
  private final ToolCalls calls;
  private final MetaToolSet meta;
  private final Namer namer = new Namer();
  private final Lists lists;
  private final Watching watching;
  private final PageLimits limits;

  public Methods(
      Catalog catalog, ToolCalls calls, MetaToolSet meta, Watching watching, PageLimits limits) {
    this.catalog = catalog;
    this.calls = calls;
    this.meta = meta;
    this.lists = new Lists(meta, namer, limits);
    this.watching = watching;
    this.limits = limits;
  }

  public View view(Query query) {
    return View.of(catalog, query.caller(), query.scope());
  }

  public CallResult answer(Query query) throws RefusedException {
    if (query.era() == Era.MODERN && OF_SESSIONS.contains(query.method())) {
      throw notFound(query);
    }
    var view = view(query);
    return switch (query.method()) {
      case "server/discover" -> discovered(view, query);
      case "ping" -> new CallResult.Result(empty());
      case "tools/list" -> new CallResult.Result(lists.tools(view, query));
      case "tools/call" -> called(view, query);
      case "prompts/list" -> new CallResult.Result(lists.prompts(view, query));
      case "prompts/get" -> sent(Owners.prompt(view, query), query);
      case "resources/list" -> new CallResult.Result(lists.resources(view, query));
      case "resources/templates/list" -> new CallResult.Result(lists.templates(view, query));
      case "resources/read" -> sent(Owners.resource(view, query), query);
      case "resources/subscribe" -> watching.watchInSession(Owners.resource(view, query), query);
      case "resources/unsubscribe" -> watching.unwatch(Owners.resource(view, query), query);
      case "completion/complete" -> sent(Owners.completion(view, query), query);
      case "logging/setLevel" -> level(query);
      default -> unknown(query);
    };
  }

  /// Watches a resource for a client that hears of changes.
  public CallResult watch(View view, Query query) throws RefusedException {
    return watching.watch(Owners.resource(view, query), query);
  }

  private CallResult discovered(View view, Query query) throws RefusedException {
    if (query.era() == Era.LEGACY) {
      throw notFound(query);
    }
    return new CallResult.Result(Offer.discovered(view, limits.ttl()));
  }

  private CallResult sent(Owners.Routed routed, Query query) {
    return calls.pass(query.caller(), routed.server(), routed.call());
  }

  private CallResult called(View view, Query query) throws RefusedException {
    var name = query.params().path("name").stringValue("");
    var named = namer.named(view);
    var tool = named.find(name);
    if (tool.isPresent()) {
      return called(tool.get(), query);
    }
    if (meta.has(name)) {
      // Not listed, it still tells which servers are away: a client may have it from before.
      var away = view.awayOfPrograms();
      if (!away.isEmpty() || defined(view, named.all(), name)) {
        return meta.call(query.caller(), named.all(), away, name, query.call());
      }
    }
    return unlisted(view, name, query);
  }

  private CallResult called(Visible tool, Query query) throws RefusedException {
    checkMirrored(tool, query);
    return called(tool.server(), tool.tool().name(), query);
  }

  private CallResult called(Offered server, String own, Query query) {
    var params = Meta.shallow(query.params()).put("name", own);
    return calls.call(query.caller(), server, own, query.call().with(params));
  }

  /// Whoever stands between has gone by the headers: they must say what is done.
  private static void checkMirrored(Visible tool, Query query) throws RefusedException {
    if (query.era() == Era.LEGACY) {
      return;
    }
    var mismatch =
        ParamHeaders.of(tool.tool().json().path("inputSchema"))
            .flatMap(
                marked ->
                    marked.mismatch(
                        query.params().path("arguments"),
                        name ->
                            Optional.ofNullable(
                                query.mirrored().get(name.toLowerCase(Locale.ROOT)))));
    if (mismatch.isPresent()) {
      throw new RefusedException(400, mismatch.get());
    }
  }

  /// A tool that is hidden, or not granted: its call is refused where all calls are, so that it is
  /// recorded, and told as one of a tool that is not there.
  private CallResult unlisted(View view, String name, Query query) throws RefusedException {
    var owner = owner(view, name);
    if (owner.isPresent()) {
      var own = name.substring(prefix(view, owner.get()).length());
      var result = called(owner.get(), own, query);
      if (!(result instanceof CallResult.Refused)) {
        return result;
      }
    }
    throw Owners.unknown("tool", name);
  }

  private Optional<Offered> owner(View view, String name) {
    var declared =
        switch (view.scope()) {
          case Scope.One(var server) -> Stream.of(server);
          case Scope.All _ -> Stream.concat(view.servers().stream(), catalog.servers().stream());
        };
    return declared
        .filter(server -> name.length() > prefix(view, server).length())
        .filter(server -> name.startsWith(prefix(view, server)))
        .findFirst();
  }

  private static String prefix(View view, Offered server) {
    return switch (view.scope()) {
      case Scope.One _ -> "";
      case Scope.All _ -> ToolNames.prefix(server.declared().name());
    };
  }

  private boolean defined(View view, List<Visible> visible, String name) {
    return meta.definitions(view.caller(), visible).stream()
        .anyMatch(definition -> definition.path("name").stringValue("").equals(name));
  }

  /// The connection to a server is shared: the level counts for what is passed on from it.
  private CallResult level(Query query) throws RefusedException {
    var level = query.params().path("level").asString("");
    var session = query.caller().session();
    if (session.isPresent() && !watching.level(session.get(), level)) {
      throw RefusedException.of(
          200,
          RpcError.INVALID_PARAMS,
          "level: %s (expected: one of %s)"
              .formatted(Incoming.shown(level), String.join(", ", Kept.levels())));
    }
    return new CallResult.Result(empty());
  }

  /// One server may know what is not known here.
  private CallResult unknown(Query query) throws RefusedException {
    return switch (query.scope()) {
      case Scope.One(var server) when !ofConnection(query.method()) ->
          calls.pass(query.caller(), server, query.call());
      case Scope.One _, Scope.All _ -> throw notFound(query);
    };
  }

  private static boolean ofConnection(String method) {
    return OF_CONNECTIONS.contains(method)
        || FAMILIES_OF_CONNECTIONS.stream().anyMatch(method::startsWith);
  }

  private static RefusedException notFound(Query query) {
    int status = query.era() == Era.MODERN ? 404 : 200;
    return RefusedException.of(
        status, RpcError.METHOD_NOT_FOUND, "Method not found: " + Incoming.shown(query.method()));
  }

  private static ObjectNode empty() {
    return JsonNodeFactory.instance.objectNode();
  }
}
