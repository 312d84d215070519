package dev.sluice.mcp.upstream.streamable;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.MirroredHeaders;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.ServerCard;
import dev.sluice.mcp.upstream.call.ServerListener;
import dev.sluice.mcp.upstream.call.Tally;
import dev.sluice.mcp.upstream.http.Header;
import dev.sluice.mcp.upstream.peer.Changes;
import dev.sluice.mcp.upstream.peer.Dialect;
import dev.sluice.mcp.upstream.peer.Dispatch;
import dev.sluice.mcp.upstream.peer.Exchange;
import dev.sluice.mcp.upstream.peer.Handshake;
import dev.sluice.mcp.upstream.peer.InputRounds;
import dev.sluice.mcp.upstream.peer.Lifetime;
import dev.sluice.mcp.upstream.peer.OpenCalls;
import dev.sluice.mcp.upstream.peer.Peer;
import dev.sluice.mcp.upstream.resource.Subscriptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/// A server of the modern era behind HTTP: each request says all by itself, and has an answer of
/// its own; who hangs up has cancelled.
final class ModernPeer implements Peer {

  private static final int PAGES_MAX = 100;

  private final Line line;
  private final Dialect dialect;
  private final OpenCalls calls;
  private final Dispatch dispatch;
  private final Posting posting;
  private final ToolHeaders toolHeaders;
  private final Lifetime lifetime = new Lifetime();
  private volatile @Nullable ServerCard card;
  private volatile @Nullable Changes changes;
  private volatile @Nullable Subscriptions subscriptions;

  ModernPeer(Line line, Dialect dialect, OpenCalls calls, Dispatch dispatch, Tally tally) {
    this.line = line;
    this.dialect = dialect;
    this.calls = calls;
    this.dispatch = dispatch;
    this.toolHeaders = new ToolHeaders(tally);
    this.posting = new Posting(line, dispatch, ModernPeer::unwanted, Posting.Resumption.NONE);
  }

  void known(ServerCard value, ServerListener listener) {
    card = value;
    var stream = new Changes(this::call, value, listener, line.limits(), lifetime);
    changes = stream;
    stream.start();
    subscriptions =
        new Subscriptions(
            this::call, listener, line.limits(), wait -> lifetime.ended(wait).isEmpty());
  }

  @Override
  public Optional<Subscriptions> subscriptions() {
    return Optional.ofNullable(subscriptions);
  }

  @Override
  public ServerCard card() {
    var known = card;
    if (known == null) {
      throw new IllegalStateException("BUG: a server that was not asked who it is");
    }
    return known;
  }

  @Override
  public CallResult call(Call call) {
    var watching = subscriptions;
    if (watching != null && Subscriptions.takes(call)) {
      return watching.call(call);
    }
    return InputRounds.run(call, line.limits(), this::once);
  }

  private CallResult once(Call call) {
    var result = posted(call);
    if (call.method().equals("tools/call") && mismatched(result)) {
      // The tool wants headers that we do not know of, or not any more.
      learn();
      return posted(call);
    }
    return call.method().equals("tools/list") && result instanceof CallResult.Result(var list)
        ? new CallResult.Result(toolHeaders.learned(list))
        : result;
  }

  private static boolean mismatched(CallResult result) {
    return result instanceof CallResult.Refused(var error)
        && error.code() == RpcError.HEADER_MISMATCH;
  }

  private void learn() {
    var params = JsonNodeFactory.instance.objectNode();
    for (var page = 0; page < PAGES_MAX; page++) {
      if (!(posted(Call.of("tools/list", params)) instanceof CallResult.Result(var list))) {
        return;
      }
      toolHeaders.learned(list);
      var next = list.path("nextCursor");
      if (!next.isString()) {
        return;
      }
      params = JsonNodeFactory.instance.objectNode().put("cursor", next.stringValue());
    }
  }

  private CallResult posted(Call call) {
    try {
      var exchange = calls.open(call, dialect);
      try {
        return judged(posting.run(exchange, headers(exchange)).result());
      } finally {
        dispatch.end(exchange);
      }
    } catch (CallException e) {
      return judged(new CallResult.Failed(e.failure()));
    }
  }

  private List<Header> headers(Exchange exchange) {
    var headers = new ArrayList<Header>();
    MirroredHeaders.of(exchange.request(), dialect.version())
        .forEach((name, value) -> headers.add(new Header(name, value)));
    headers.addAll(toolHeaders.of(exchange.request()));
    return headers;
  }

  /// What shows that the server is no longer what it was ends the connection: it is asked anew.
  private CallResult judged(CallResult result) {
    switch (result) {
      case CallResult.Refused(var error)
          when error.code() == RpcError.UNSUPPORTED_PROTOCOL_VERSION ->
          end(new CallFailure(Reason.UNKNOWN_VERSION, Effect.NEVER_RUN, error.code() + ""));
      case CallResult.Failed(var failure)
          when failure.reason() == Reason.NOT_THERE || failure.reason() == Reason.UNREACHABLE ->
          end(failure);
      case CallResult.Result _, CallResult.Refused _, CallResult.Failed _ -> {
        // The server is as it was.
      }
    }
    return result;
  }

  @Override
  public void tell(Message.Notification notification) {
    // This era has no notification of a client over HTTP.
  }

  /// A server of this era must not ask on a stream: it hears nothing from us.
  private static void unwanted(Message message) throws IOException {
    throw new IOException("no way for an answer of ours in this era");
  }

  @Override
  public CallResult check(Duration max) {
    return call(Handshake.discover().within(max));
  }

  @Override
  public Optional<CallFailure> ended(Duration wait) throws InterruptedException {
    return lifetime.ended(wait);
  }

  private void end(CallFailure failure) {
    lifetime.end(failure);
    var stream = changes;
    if (stream != null) {
      stream.close();
    }
    var watching = subscriptions;
    if (watching != null) {
      watching.close();
    }
  }

  @Override
  public void close() {
    end(new CallFailure(Reason.CLOSED, Effect.MAY_HAVE_RUN, "the connection was closed"));
  }
}
