package dev.sluice.mcp.serve.answer;

import dev.sluice.core.mcp.Reach;
import dev.sluice.core.mcp.ToolServer;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.catalog.Offered;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.tools.ToolDefinition;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.ServerCard;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A server whose list of tools a test sets.
final class Listed implements Offered {
  private static final Duration TIME = Duration.ofSeconds(1);

  private final ObjectName name;
  private List<ToolDefinition> tools = List.of();

  Listed(String namespace, String name, String... tools) {
    this.name = new ObjectName(namespace, name);
    list(tools);
  }

  void list(String... names) {
    tools = Arrays.stream(names).map(this::defined).toList();
  }

  private ToolDefinition defined(String tool) {
    return new ToolDefinition(name, tool, JsonNodeFactory.instance.objectNode().put("name", tool));
  }

  @Override
  public ToolServer declared() {
    return new ToolServer(
        name,
        new Reach.Http(
            false, URI.create("http://127.0.0.1/"), List.of(), new Reach.Auth.None(), null),
        new ToolServer.Timeouts(TIME, TIME, TIME, TIME),
        Globs.ALL,
        new Globs(List.of()),
        ToolServer.Pins.NONE,
        Set.of(),
        false,
        NanoUsd.ZERO,
        ToolServer.Recording.NONE,
        1 << 20);
  }

  @Override
  public Optional<ServerCard> card() {
    return Optional.empty();
  }

  @Override
  public Optional<String> away() {
    return Optional.empty();
  }

  @Override
  public List<ToolDefinition> tools() {
    return tools;
  }

  @Override
  public List<ObjectNode> prompts() {
    return List.of();
  }

  @Override
  public List<ObjectNode> resources() {
    return List.of();
  }

  @Override
  public List<ObjectNode> resourceTemplates() {
    return List.of();
  }

  @Override
  public CallResult call(Call call) {
    return new CallResult.Result(JsonNodeFactory.instance.objectNode());
  }

  @Override
  public void tell(Message.Notification notification) {}
}
