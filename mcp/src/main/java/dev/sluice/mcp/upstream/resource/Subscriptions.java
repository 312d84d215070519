package dev.sluice.mcp.upstream.resource;

import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.ServerListener;
import dev.sluice.mcp.upstream.call.UpstreamLimits;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import tools.jackson.databind.node.JsonNodeFactory;

/// Watches resources of a server of the modern era, which has no requests to subscribe: it has one
/// stream for all that is watched, and another one as soon as that is something else.
public final class Subscriptions {

  /// The connection that all this is over.
  public interface Life {
    /// Waits that long, or until it has ended.
    boolean goesOn(Duration wait) throws InterruptedException;
  }

  private final Function<Call, CallResult> server;
  private final ServerListener listener;
  private final UpstreamLimits limits;
  private final Life life;
  private Set<String> uris = Set.of();
  private Optional<Listening> open = Optional.empty();

  /// All that may be open, for who ends them and must not wait.
  private final Set<Listening> streams = ConcurrentHashMap.newKeySet();

  private volatile boolean closed;

  public Subscriptions(
      Function<Call, CallResult> server,
      ServerListener listener,
      UpstreamLimits limits,
      Life life) {
    this.server = server;
    this.listener = listener;
    this.limits = limits;
    this.life = life;
  }

  /// Whether a call is one to subscribe, or to end that.
  public static boolean takes(Call call) {
    return call.method().equals(Watched.SUBSCRIBE) || call.method().equals(Watched.UNSUBSCRIBE);
  }

  public synchronized CallResult call(Call call) {
    var uri = Watched.uri(call);
    var wanted = new TreeSet<>(uris);
    if (call.method().equals(Watched.SUBSCRIBE) ? wanted.add(uri) : wanted.remove(uri)) {
      return replaced(wanted, uri);
    }
    return nothing();
  }

  /// The stream before ends once the next one is there, so that nothing is missed.
  private CallResult replaced(Set<String> wanted, String uri) {
    var next = Optional.<Listening>empty();
    if (!wanted.isEmpty()) {
      var opened = new Listening(Set.copyOf(wanted), server, listener, limits, life);
      if (!started(opened).containsAll(wanted)) {
        end(opened);
        return new CallResult.Refused(
            RpcError.of(RpcError.INVALID_PARAMS, "The server does not tell of " + uri));
      }
      next = Optional.of(opened);
    }
    open.ifPresent(this::end);
    open = next;
    uris = Set.copyOf(wanted);
    return nothing();
  }

  private static CallResult nothing() {
    return new CallResult.Result(JsonNodeFactory.instance.objectNode());
  }

  private Set<String> started(Listening opened) {
    streams.add(opened);
    if (closed) {
      opened.close();
    }
    return opened.start();
  }

  private void end(Listening stream) {
    streams.remove(stream);
    stream.close();
  }

  /// It waits for nobody: who ends the connection may be the very thread that a call waits for.
  public void close() {
    closed = true;
    streams.forEach(Listening::close);
  }
}
