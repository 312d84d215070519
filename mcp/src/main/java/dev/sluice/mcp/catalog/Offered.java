package dev.sluice.mcp.catalog;

import dev.sluice.core.mcp.ToolServer;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.tools.ToolDefinition;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.ServerCard;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// One server: what it offers now, and the way to it. Lists come from memory; only before the first
/// one a caller waits, for a bounded time. By itself it offers tools alone.
public interface Offered {

  ToolServer declared();

  /// What the server said of itself; empty where it was never reached.
  default Optional<ServerCard> card() {
    return Optional.empty();
  }

  /// Why it cannot be asked now, for people; empty where it can.
  default Optional<String> away() {
    return Optional.empty();
  }

  /// Those that its pins let through and its manifest offers, in the server's order. Of a server
  /// that is away the last ones known, for a bounded time.
  ///
  /// The very same list as long as nothing of it is another one.
  List<ToolDefinition> tools();

  /// One of them.
  default Optional<ToolDefinition> tool(String name) {
    return tools().stream().filter(tool -> tool.name().equals(name)).findFirst();
  }

  default List<ObjectNode> prompts() {
    return List.of();
  }

  default List<ObjectNode> resources() {
    return List.of();
  }

  default List<ObjectNode> resourceTemplates() {
    return List.of();
  }

  /// Asks the server. Of a tool only its own name goes there.
  CallResult call(Call call);

  /// Asks it for a tool as it was judged; does not run what it does not offer any more just so.
  default CallResult call(ToolDefinition judged, Call call) {
    return call(call);
  }

  /// Tells the server what belongs to no call; lost where it is away.
  void tell(Message.Notification notification);
}
