package dev.sluice.mcp.serve;

import dev.sluice.mcp.serve.answer.Methods;
import dev.sluice.mcp.serve.answer.Watching;
import dev.sluice.mcp.serve.ask.Asks;
import dev.sluice.mcp.serve.ask.Parked;
import dev.sluice.mcp.serve.http.BodyRoom;
import dev.sluice.mcp.serve.listen.Listeners;
import dev.sluice.mcp.serve.neighbour.Neighbours;
import dev.sluice.mcp.serve.news.Teller;
import dev.sluice.mcp.serve.session.CallsInFlight;
import dev.sluice.mcp.serve.session.Kept;
import dev.sluice.mcp.serve.session.SessionTokens;
import dev.sluice.mcp.serve.stream.Streams;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http1.Http1Config;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.InstantSource;

/// Serves tools to clients over HTTP, behind Envoy.
public final class McpService implements AutoCloseable {

  private static final int PROLOGUE_BYTES_MAX = 4 * 1024;

  private final WebServer server;
  private final Entrance entrance;
  private final Shared shared;

  private McpService(WebServer server, Entrance entrance, Shared shared) {
    this.server = server;
    this.entrance = entrance;
    this.shared = shared;
  }

  /// @param bind a Unix socket whose file is not there, or an address, with port 0 for any that is
  ///   free
  public static McpService start(
      SocketAddress bind, Parts parts, ServeLimits limits, InstantSource clock) {
    var shared = shared(parts, limits, clock);
    var runs = new Runs(shared);
    var sessions =
        new SessionClients(
            shared,
            new SessionTokens(parts.seal(), limits.sessions(), clock),
            new SessionCalls(shared, runs),
            new SessionStreams(shared, runs));
    var eras = new Eras(limits, shared.bodies(), new ModernClients(shared, runs), sessions);
    var entrance = new Entrance(parts, limits, eras);
    return new McpService(listening(bind, limits, entrance), entrance, shared);
  }

  private static Shared shared(Parts parts, ServeLimits limits, InstantSource clock) {
    var teller = new Teller(parts.bus());
    var kept = new Kept(limits.sessions());
    var watching = new Watching(kept, parts.calls(), parts.catalog(), teller);
    var here =
        new Neighbours.Here(
            new Asks(teller.self(), limits.asksMax(), limits.askMax()),
            new CallsInFlight(),
            kept,
            watching,
            new Listeners(parts.catalog(), parts.keys(), kept, clock),
            new Streams(limits.streams(), teller.self()),
            new Parked(parts.seal(), teller.self(), limits.asksMax()));
    return new Shared(
        parts,
        limits,
        new Methods(parts.catalog(), parts.calls(), parts.meta(), watching, limits.lists()),
        here.streams(),
        here.asks(),
        here.parked(),
        kept,
        watching,
        here.listeners(),
        here.calls(),
        Neighbours.of(teller, here),
        new BodyRoom(limits.bodiesBytesMax(), limits.bodiesOfKeyBytesMax()));
  }

  private static WebServer listening(SocketAddress bind, ServeLimits limits, Entrance entrance) {
    var http =
        Http1Config.builder()
            .maxHeadersSize(limits.headerBytesMax())
            .maxPrologueLength(PROLOGUE_BYTES_MAX)
            .build();
    return WebServer.builder()
        .bindAddress(bind)
        .shutdownHook(false)
        .shutdownGracePeriod(Duration.ofSeconds(1))
        .protocolsDiscoverServices(false)
        .addProtocol(http)
        .routing(routing -> routing.any(entrance::handle))
        .build()
        .start();
  }

  public int port() {
    return server.port();
  }

  /// Streams that are open, for those who measure.
  public int openStreams() {
    return shared.streams().open();
  }

  /// Memory that bodies take, for those who measure.
  public long bodyBytes() {
    return shared.bodies().taken();
  }

  /// Lets no more requests in, and ends the streams of changes; what is under way goes on.
  public void drain() {
    entrance.drain();
    shared.listeners().close();
  }

  /// Lets no more requests in, ends the streams of changes, and waits for what is under way; what
  /// takes too long is cancelled.
  @Override
  public void close() {
    drain();
    try {
      shared.streams().awaitNone(shared.limits().drainMax().toNanos());
      shared.calls().cancelAll("the gateway ends");
      shared.streams().awaitNone(Duration.ofSeconds(1).toNanos());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      server.stop();
    }
  }
}
