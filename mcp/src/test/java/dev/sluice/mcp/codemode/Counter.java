package dev.sluice.mcp.codemode;

import dev.sluice.mcp.catalog.Offered;
import dev.sluice.mcp.govern.Caller;
import dev.sluice.mcp.govern.ToolCalls;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/// Calls tools that the caller may use, and keeps what was called; it knows no money.
final class Counter implements ToolCalls {
  final List<Call> called = new CopyOnWriteArrayList<>();
  private final Map<String, Runnable> before = new ConcurrentHashMap<>();

  /// What the next call of that tool waits for.
  void before(String tool, Runnable what) {
    before.put(tool, what);
  }

  @Override
  public CallResult call(Caller caller, Offered server, String tool, Call call) {
    if (!caller.permits(server.declared().name(), tool)) {
      return new CallResult.Refused(RpcError.of(RpcError.INVALID_PARAMS, "Unknown tool: " + tool));
    }
    called.add(call);
    Optional.ofNullable(before.remove(tool)).ifPresent(Runnable::run);
    return server.call(call);
  }

  @Override
  public CallResult pass(Caller caller, Offered server, Call call) {
    throw new AssertionError("programs call tools only");
  }

  @Override
  public CallResult own(Caller caller, String tool, Call call, Supplier<CallResult> run) {
    return run.get();
  }
}
