package dev.sluice.standalone.tools;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.catalog.Visible;
import dev.sluice.mcp.codemode.CodeModeLimits;
import dev.sluice.mcp.codemode.MetaTools;
import dev.sluice.mcp.govern.Caller;
import dev.sluice.mcp.govern.ToolCalls;
import dev.sluice.mcp.sandbox.Sandbox;
import dev.sluice.mcp.serve.meta.MetaToolSet;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The gateway's own tools, once a policy has servers: a gateway without any keeps no engines warm.
final class MetaSlot implements MetaToolSet, AutoCloseable {

  private final ToolCalls calls;
  private final CodeModeLimits limits;
  private final InstantSource clock;
  private volatile @Nullable Filled filled;

  private record Filled(Sandbox sandbox, MetaTools tools) {}

  MetaSlot(ToolCalls calls, CodeModeLimits limits, InstantSource clock) {
    this.calls = calls;
    this.limits = limits;
    this.clock = clock;
  }

  synchronized void fill() {
    if (filled == null) {
      var sandbox = new Sandbox(limits.capacity(), clock);
      filled = new Filled(sandbox, new MetaTools(sandbox, calls, limits));
    }
  }

  @Override
  public List<ObjectNode> definitions(Caller caller, List<Visible> tools) {
    var now = filled;
    return now == null ? List.of() : now.tools().definitions(caller, tools);
  }

  @Override
  public boolean has(String name) {
    var now = filled;
    return now != null && now.tools().has(name);
  }

  @Override
  public CallResult call(
      Caller caller, List<Visible> tools, Map<ObjectName, String> away, String name, Call call) {
    var now = filled;
    if (now == null) {
      throw new IllegalStateException("BUG: a tool is called that is not there");
    }
    return now.tools().call(caller, tools, away, name, call);
  }

  @Override
  public synchronized void close() {
    if (filled != null) {
      filled.sandbox().close();
      filled = null;
    }
  }
}
