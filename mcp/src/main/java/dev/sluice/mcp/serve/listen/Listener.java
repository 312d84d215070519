package dev.sluice.mcp.serve.listen;

import dev.sluice.mcp.catalog.Catalog.Change;
import dev.sluice.mcp.govern.Caller;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.Meta;
import dev.sluice.mcp.serve.answer.Scope;
import dev.sluice.mcp.serve.stream.EventLog;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// A client that hears of changes.
///
/// @param watcher under what it watches resources
/// @param wanted the notifications that it wants to hear
/// @param subscription stands in each notification of the modern era
public record Listener(
    String watcher,
    Caller caller,
    Scope scope,
    EventLog log,
    Set<String> wanted,
    Optional<JsonNode> subscription) {

  public static final String TOOLS = "notifications/tools/list_changed";
  public static final String PROMPTS = "notifications/prompts/list_changed";
  public static final String RESOURCES = "notifications/resources/list_changed";
  static final String RESOURCE = "notifications/resources/updated";
  public static final Set<String> LISTS = Set.of(TOOLS, PROMPTS, RESOURCES);

  public Listener {
    wanted = Set.copyOf(wanted);
  }

  boolean about(Change change) {
    return switch (scope) {
      case Scope.All _ -> true;
      case Scope.One(var server) -> server.declared().name().equals(change.server());
    };
  }

  /// Tells of a change, if that is wanted.
  void hear(Change change) {
    switch (change) {
      case Change.Tools _ -> hear(TOOLS);
      case Change.Prompts _ -> hear(PROMPTS);
      case Change.Resources _ -> hear(RESOURCES);
      case Change.Resource(_, var uri) -> hearOf(uri);
    }
  }

  /// A list may have changed.
  public void hear(String method) {
    if (wanted.contains(method)) {
      log.push(stamped(new Message.Notification(method)));
    }
  }

  public void hearOf(String uri) {
    var params = JsonNodeFactory.instance.objectNode().put("uri", uri);
    log.push(stamped(new Message.Notification(RESOURCE, params)));
  }

  private Message.Notification stamped(Message.Notification notification) {
    return subscription
        .map(id -> notification.with(Meta.with(notification.params(), Meta.SUBSCRIPTION_ID, id)))
        .orElse(notification);
  }
}
