package dev.sluice.mcp.serve;

import dev.sluice.core.envoy.DataPlane;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.catalog.Offered;
import dev.sluice.mcp.govern.Caller;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.MessageCodec;
import dev.sluice.mcp.rpc.MessageLimits;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.serve.answer.Scope;
import dev.sluice.mcp.serve.answer.View;
import dev.sluice.mcp.serve.http.Incoming;
import dev.sluice.mcp.serve.http.Outgoing;
import dev.sluice.mcp.serve.http.RefusedException;
import dev.sluice.mcp.upstream.call.ClientProfile;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;

/// Where requests come in: finds out who asks and for what, and hands them to their era.
final class Entrance {

  static final String TICKET = DataPlane.TICKET_HEADER;

  private static final Logger LOG = LoggerFactory.getLogger(Entrance.class);
  private static final String PATH = DataPlane.TOOLS_PATH;
  private static final MessageCodec CODEC = new MessageCodec(MessageLimits.STANDARD);

  private final Parts parts;
  private final ServeLimits limits;
  private final Eras eras;
  private volatile boolean draining;

  Entrance(Parts parts, ServeLimits limits, Eras eras) {
    this.parts = parts;
    this.limits = limits;
    this.eras = eras;
  }

  /// From here on nobody comes in.
  void drain() {
    draining = true;
  }

  void handle(ServerRequest request, ServerResponse response) {
    var in = new Incoming(request);
    var out = new Outgoing(response, limits.streams().behindMax());
    try {
      serve(in, out);
    } catch (IOException | UncheckedIOException e) {
      // The client has gone, or was too slow.
      throw new CloseConnectionException("the client left", e);
    } catch (InterruptedException e) {
      throw new CloseConnectionException("the client was too slow", e);
    }
  }

  private void serve(Incoming in, Outgoing out) throws IOException, InterruptedException {
    try {
      eras.serve(entered(in), in, out);
    } catch (RefusedException refused) {
      refuse(in, out, refused);
    } catch (IllegalStateException | IllegalArgumentException | NullPointerException bug) {
      LOG.error("BUG: a request for tools could not be served", bug);
      refuse(in, out, RefusedException.of(500, RpcError.INTERNAL_ERROR, "The gateway failed"));
    }
  }

  private static void refuse(Incoming in, Outgoing out, RefusedException refused)
      throws IOException, InterruptedException {
    switch (refused.status()) {
      // What they send is not wanted: it may be much, and may never end.
      case 413, 503 -> {
        var rest = in.rest();
        rest.awaitEnough();
        answer(out, refused);
        rest.awaitTaken();
      }
      default -> answer(out, refused);
    }
  }

  private static void answer(Outgoing out, RefusedException refused) throws IOException {
    var headers =
        switch (refused.status()) {
          case 405 -> Map.of("Allow", "GET, POST, DELETE");
          case 503 -> Map.of("Retry-After", "1", "Connection", "close");
          case 413 -> Map.of("Connection", "close");
          default -> Map.<String, String>of();
        };
    var failure =
        new Message.Failure(
            Optional.empty(), refused.error(), JsonNodeFactory.instance.objectNode());
    var json = failure.json();
    if (!json.has("id")) {
      json.putNull("id");
    }
    out.json(refused.status(), headers, CODEC.write(json));
  }

  private Entered entered(Incoming in) throws RefusedException {
    in.checkOrigin(parts.origins());
    if (draining) {
      throw RefusedException.of(503, RpcError.INTERNAL_ERROR, "The gateway is about to end");
    }
    var admitted = in.header(TICKET).flatMap(parts.admissions()::take);
    if (admitted.isEmpty()) {
      throw RefusedException.of(
          403, RpcError.INVALID_REQUEST, "No request comes here but by the gateway");
    }
    var narrowing = new Caller.Narrowing(globs(in, "servers"), globs(in, "tools"));
    var all = new Entered(admitted.get(), narrowing, new Scope.All());
    return new Entered(admitted.get(), narrowing, scope(in, all));
  }

  private static Optional<Globs> globs(Incoming in, String what) {
    var name = "x-sluice-mcp-" + what;
    return in.header(name).map(_ -> new Globs(in.list(name)));
  }

  private Scope scope(Incoming in, Entered entered) throws RefusedException {
    var path = in.path();
    if (path.equals(PATH) || path.equals(PATH + "/")) {
      return new Scope.All();
    }
    var caller = entered.caller(Optional.empty(), ClientProfile.of("unknown", ""));
    return Optional.of(path)
        .filter(p -> p.startsWith(PATH + "/"))
        .map(p -> p.substring(PATH.length() + 1))
        .flatMap(name -> server(name, entered))
        .filter(server -> View.sees(caller, server.declared().name()))
        .<Scope>map(Scope.One::new)
        .orElseThrow(
            () ->
                RefusedException.of(
                    404,
                    RpcError.INVALID_REQUEST,
                    "path: %s (expected: /mcp, or /mcp/SERVER of a server that the key may use)"
                        .formatted(Incoming.shown(path))));
  }

  /// `NAME` of the key's namespace, or `NAMESPACE.NAME`; names of servers can have a dot.
  private Optional<Offered> server(String name, Entered entered) {
    var own = new ObjectName(entered.key().namespace(), name);
    int dot = name.indexOf('.');
    return parts
        .catalog()
        .server(own)
        .or(
            () ->
                dot < 1
                    ? Optional.empty()
                    : parts
                        .catalog()
                        .server(new ObjectName(name.substring(0, dot), name.substring(dot + 1))));
  }
}
