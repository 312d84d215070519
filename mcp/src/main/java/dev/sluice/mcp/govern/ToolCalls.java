package dev.sluice.mcp.govern;

import dev.sluice.mcp.catalog.Offered;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import java.util.function.Supplier;

/// Calls tools for callers, outer calls and those of programs alike, and passes on what else they
/// ask of servers.
public interface ToolCalls {

  /// Authorises, holds, sends, bounds, settles and records one call of a tool, by what the key is
  /// now.
  ///
  /// What the gateway refuses (a limit, a budget) is a result with `isError` and one sentence, so
  /// that the model reads it; a tool that the caller may not use is refused as one that is not
  /// there. So is one of a server that is away and whose list is not known, unless the caller may
  /// use it.
  ///
  /// @param tool the server's own name for it
  /// @param call `tools/call` with the server's own name in it
  CallResult call(Caller caller, Offered server, String tool, Call call);

  /// Holds, sends, settles and records any other message that a server is to answer.
  ///
  /// It counts as a request, as a call does, and has no price. What the gateway refuses is an error
  /// with the sentence that a call would have.
  ///
  /// @param call with the server's own names in it
  CallResult pass(Caller caller, Offered server, Call call);

  /// Counts, runs and records one call of a tool of the gateway's own.
  ///
  /// It is a request, as the call of another tool is, and has no price. What it holds is given back
  /// before it runs: a program's calls need it. What is refused is a result with `isError`.
  ///
  /// @param tool its plain name
  /// @param run answers the call
  CallResult own(Caller caller, String tool, Call call, Supplier<CallResult> run);
}
