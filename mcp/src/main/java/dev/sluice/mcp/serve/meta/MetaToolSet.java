package dev.sluice.mcp.serve.meta;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.catalog.Visible;
import dev.sluice.mcp.govern.Caller;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Tools of the gateway's own, about the tools that a caller may use.
public interface MetaToolSet {

  /// Their definitions, for a caller who sees these tools.
  List<ObjectNode> definitions(Caller caller, List<Visible> tools);

  boolean has(String name);

  /// @param tools all that the caller may use
  /// @param away servers for programs that cannot be asked now, and why
  CallResult call(
      Caller caller, List<Visible> tools, Map<ObjectName, String> away, String name, Call call);
}
