package dev.sluice.bench.tools;

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
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;

/// A server in memory, in code mode, whose tools answer with a list of forty rows.
record SampleServer(ToolServer declared, List<ToolDefinition> tools) implements Offered {
  private static final int ROWS = 40;
  private static final Duration TIME = Duration.ofSeconds(1);

  SampleServer {
    tools = List.copyOf(tools);
  }

  static SampleServer of(ObjectName name, List<ToolDefinition> tools) {
    var reach =
        new Reach.Http(
            false, URI.create("http://127.0.0.1/"), List.of(), new Reach.Auth.None(), null);
    return new SampleServer(
        new ToolServer(
            name,
            reach,
            new ToolServer.Timeouts(TIME, TIME, TIME, TIME),
            Globs.ALL,
            new Globs(List.of()),
            ToolServer.Pins.NONE,
            Set.of(),
            true,
            new NanoUsd(0),
            ToolServer.Recording.NONE,
            1 << 20),
        tools);
  }

  @Override
  public CallResult call(Call call) {
    var result = JsonNodeFactory.instance.objectNode();
    var rows = result.putObject("structuredContent").putArray("items");
    for (int i = 0; i < ROWS; i++) {
      rows.addObject()
          .put("id", "item-" + i)
          .put("title", "The title of item number " + i + ", as people write them")
          .put("state", i % 3 == 0 ? "open" : "closed")
          .put("owner", "user-" + i % 7)
          .put("updated_at", "2026-11-%02dT10:00:00Z".formatted(i % 28 + 1));
    }
    return new CallResult.Result(result);
  }

  @Override
  public void tell(Message.Notification notification) {}
}
