package dev.sluice.mcp.upstream.streamable;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.ProtocolVersion;
import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.Cancellation;
import dev.sluice.mcp.upstream.call.ClientProfile;
import dev.sluice.mcp.upstream.call.ServerListener;
import dev.sluice.mcp.upstream.call.Tally;
import dev.sluice.mcp.upstream.call.UpstreamLimits;
import dev.sluice.mcp.upstream.peer.Dialect;
import dev.sluice.mcp.upstream.peer.Dispatch;
import dev.sluice.mcp.upstream.peer.DuplexPeer;
import dev.sluice.mcp.upstream.peer.Handshake;
import dev.sluice.mcp.upstream.peer.OpenCalls;
import dev.sluice.mcp.upstream.peer.Peer;
import dev.sluice.mcp.upstream.peer.PeerOpener;
import java.util.Optional;
import java.util.Set;

/// Reaches a server over HTTP: it asks in the modern way first, then for a session, then for the
/// old stream of events. What it found out once is tried first the next time, and forgotten when it
/// fails.
public final class HttpOpener implements PeerOpener {

  /// A server that is down or locked says nothing of its era; one that refuses the question does.
  private static final Set<Reason> LEGACY =
      Set.of(Reason.NOT_THERE, Reason.HTTP_REFUSED, Reason.SESSION_LOST);

  private enum Known {
    NOTHING,
    LEGACY,
    OLD_STREAM
  }

  private final Endpoint endpoint;
  private final Line line;
  private final ClientProfile profile;
  private final UpstreamLimits limits;
  private final ServerListener listener;
  private final Tally tally;
  private Known known;

  public HttpOpener(
      Endpoint endpoint,
      ClientProfile profile,
      UpstreamLimits limits,
      ServerListener listener,
      Tally tally) {
    this.endpoint = endpoint;
    this.line = new Line(endpoint, limits);
    this.profile = profile;
    this.limits = limits;
    this.listener = listener;
    this.tally = tally;
    this.known = start();
  }

  private Known start() {
    return endpoint.transport() == Endpoint.Transport.SSE ? Known.OLD_STREAM : Known.NOTHING;
  }

  @Override
  public synchronized Peer open(Cancellation closing) throws CallException {
    try {
      return switch (known) {
        case NOTHING -> {
          var modern = modern();
          yield modern.isPresent() ? modern.get() : legacy(closing);
        }
        case LEGACY -> legacy(closing);
        case OLD_STREAM -> oldStream(closing);
      };
    } catch (CallException e) {
      known = start();
      throw e;
    }
  }

  private Optional<Peer> modern() throws CallException {
    var calls = new OpenCalls(limits);
    var dispatch = new Dispatch(calls, listener, tally, limits);
    var dialect = new Dialect(ProtocolVersion.V2026_07_28, profile);
    var peer = new ModernPeer(line, dialect, calls, dispatch, tally);
    var answer = peer.check(limits.times().firstByteMax());
    var card = Handshake.discovered(answer, LEGACY);
    card.ifPresent(c -> peer.known(c, listener));
    return card.isPresent() ? Optional.of(peer) : Optional.empty();
  }

  private Peer legacy(Cancellation closing) throws CallException {
    try {
      var calls = new OpenCalls(limits);
      var dispatch = new Dispatch(calls, listener, tally, limits);
      var dialect = new Dialect(ProtocolVersion.LEGACY.getFirst(), profile);
      var peer = LegacyPeer.open(line, dialect, calls, dispatch);
      known = Known.LEGACY;
      return peer;
    } catch (CallException e) {
      if (LEGACY.contains(e.failure().reason()) && endpoint.transport() == Endpoint.Transport.ANY) {
        return oldStream(closing);
      }
      throw e;
    }
  }

  private Peer oldStream(Cancellation closing) throws CallException {
    var calls = new OpenCalls(limits);
    var dispatch = new Dispatch(calls, listener, tally, limits);
    var dialect = new Dialect(ProtocolVersion.LEGACY.getFirst(), profile);
    var peer = new DuplexPeer(SseDuplex.open(line), dialect, limits, calls, dispatch);
    peer.start();
    try {
      var call = Handshake.initialize(profile).within(limits.times().firstByteMax()).with(closing);
      peer.known(Handshake.initialized(peer.call(call)));
      peer.tell(new Message.Notification(Handshake.INITIALIZED));
      known = Known.OLD_STREAM;
      return peer;
    } catch (CallException e) {
      peer.close();
      throw e;
    }
  }
}
