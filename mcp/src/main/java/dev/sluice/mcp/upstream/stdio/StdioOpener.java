package dev.sluice.mcp.upstream.stdio;

import dev.sluice.mcp.rpc.Era;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.MessageCodec;
import dev.sluice.mcp.rpc.ProtocolVersion;
import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts a program and finds out its era. Programs of the legacy era may end at a question that
/// they do not know, so one that turns out to be of it is started anew for its session.
public final class StdioOpener implements PeerOpener {

  private static final Logger LOG = LoggerFactory.getLogger(StdioOpener.class);
  private static final int TOLD_CHARS_MAX = 1_000;
  private static final Set<Reason> LEGACY =
      Set.of(
          Reason.CUT,
          Reason.CLOSED,
          Reason.FIRST_BYTE_TIMEOUT,
          Reason.IDLE_TIMEOUT,
          Reason.TOTAL_TIMEOUT,
          Reason.MALFORMED);

  private final Launcher launcher;
  private final Command command;
  private final ClientProfile profile;
  private final UpstreamLimits limits;
  private final ServerListener listener;
  private final Tally tally;
  private volatile LastWords lastWords;
  private String told = "";
  private Era era = Era.MODERN;

  /// Of a program that is a child of this process.
  public StdioOpener(
      Command command,
      ClientProfile profile,
      UpstreamLimits limits,
      ServerListener listener,
      Tally tally) {
    this(new Launcher.Children(), command, profile, limits, listener, tally);
  }

  public StdioOpener(
      Launcher launcher,
      Command command,
      ClientProfile profile,
      UpstreamLimits limits,
      ServerListener listener,
      Tally tally) {
    this.launcher = launcher;
    this.command = command;
    this.profile = profile;
    this.limits = limits;
    this.listener = listener;
    this.tally = tally;
    this.lastWords = words(command, limits);
  }

  private static LastWords words(Command command, UpstreamLimits limits) {
    return new LastWords(limits.stderrBytesMax(), command.environment().values());
  }

  /// The last that the program said beside its answers, without the values of its environment.
  public String lastWords() {
    return lastWords.text();
  }

  @Override
  public synchronized Peer open(Cancellation closing) throws CallException {
    if (era == Era.MODERN) {
      var modern = modern(closing);
      if (modern.isPresent()) {
        return modern.get();
      }
    }
    return legacy(closing);
  }

  private Optional<Peer> modern(Cancellation closing) throws CallException {
    var peer = peer(ProtocolVersion.V2026_07_28, closing);
    try {
      var discover = Handshake.discover().within(limits.times().probeMax()).with(closing);
      var answer = peer.call(discover);
      var card = Handshake.discovered(answer, LEGACY);
      if (card.isEmpty()) {
        peer.close();
        return Optional.empty();
      }
      peer.known(card.get());
      peer.listen(listener);
      return Optional.of(peer);
    } catch (CallException e) {
      peer.close();
      throw e;
    }
  }

  private Peer legacy(Cancellation closing) throws CallException {
    var peer = peer(ProtocolVersion.LEGACY.getFirst(), closing);
    try {
      var call = Handshake.initialize(profile).within(limits.times().firstByteMax()).with(closing);
      peer.known(Handshake.initialized(peer.call(call)));
      peer.tell(new Message.Notification(Handshake.INITIALIZED));
      era = Era.LEGACY;
      return peer;
    } catch (CallException e) {
      // What was thought of its era may be wrong.
      era = Era.MODERN;
      peer.close();
      throw e;
    }
  }

  private DuplexPeer peer(ProtocolVersion version, Cancellation closing) throws CallException {
    var calls = new OpenCalls(limits);
    var dispatch = new Dispatch(calls, listener, tally, limits);
    var program = start(closing);
    var words = words(command, limits);
    lastWords = words;
    Thread.ofVirtual()
        .name("mcp-program-err")
        .start(
            () -> {
              words.readAll(program.err());
              tell(words.text().strip());
            });
    var codec = new MessageCodec(limits.message());
    var duplex = new StdioDuplex(program, codec, dispatch, limits.times().stopMax());
    var peer = new DuplexPeer(duplex, new Dialect(version, profile), limits, calls, dispatch);
    peer.start();
    return peer;
  }

  /// Why a program ended is often nowhere else.
  private synchronized void tell(String words) {
    if (!words.isEmpty() && !words.equals(told)) {
      told = words;
      var last = words.substring(Math.max(0, words.length() - TOLD_CHARS_MAX));
      LOG.info("{} ended, and had said on its standard error: {}", command.name(), last);
    }
  }

  private Program start(Cancellation closing) throws CallException {
    if (closing.cancelled()) {
      throw CallException.of(Reason.CLOSED, Effect.NEVER_RUN, "the connection was closed");
    }
    return switch (launcher) {
      case Launcher.Children() -> Child.start(command);
      case Launcher.Host(var socket) -> HostedProgram.start(socket, command, closing);
      case Launcher.Nowhere() ->
          throw CallException.of(
              Reason.UNREACHABLE,
              Effect.NEVER_RUN,
              command.name() + ": this gateway starts no programs");
    };
  }
}
