package dev.sluice.mcp.serve;

import dev.sluice.mcp.rpc.Era;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.Meta;
import dev.sluice.mcp.rpc.MirroredHeaders;
import dev.sluice.mcp.rpc.ParamHeaders;
import dev.sluice.mcp.rpc.ProtocolVersion;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.serve.answer.Offer;
import dev.sluice.mcp.serve.answer.Query;
import dev.sluice.mcp.serve.answer.View;
import dev.sluice.mcp.serve.ask.Parked.Found;
import dev.sluice.mcp.serve.ask.RequestSink;
import dev.sluice.mcp.serve.http.BodyRoom;
import dev.sluice.mcp.serve.http.Incoming;
import dev.sluice.mcp.serve.http.Outgoing;
import dev.sluice.mcp.serve.http.RefusedException;
import dev.sluice.mcp.serve.listen.Listener;
import dev.sluice.mcp.serve.stream.EventLog;
import dev.sluice.mcp.serve.stream.Streams.Room;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.Cancellation;
import dev.sluice.mcp.upstream.call.ClientProfile;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Clients of the modern era: each request says all by itself, and a client that closes its
/// connection has cancelled what it asked.
final class ModernClients {

  private static final Map<String, String> FILTERS =
      Map.of(
          "toolsListChanged", Listener.TOOLS,
          "promptsListChanged", Listener.PROMPTS,
          "resourcesListChanged", Listener.RESOURCES);

  private final Shared shared;
  private final Runs runs;

  ModernClients(Shared shared, Runs runs) {
    this.shared = shared;
    this.runs = runs;
  }

  void post(Entered entered, Eras.Body body, Incoming in, Outgoing out)
      throws RefusedException, IOException, InterruptedException {
    if (body.messages().size() != 1) {
      throw RefusedException.of(400, RpcError.INVALID_REQUEST, "a batch (expected: one message)");
    }
    switch (body.messages().getFirst()) {
      case Message.Request request -> request(entered, request, body.lease(), in, out);
      // A client of this era has nothing to tell that another request of it does not say.
      case Message.Notification _ -> out.empty(202, Map.of());
      case Message.Answer _, Message.Failure _ ->
          throw RefusedException.of(
              400, RpcError.INVALID_REQUEST, "a response (expected: a request)");
    }
  }

  private void request(
      Entered entered, Message.Request request, BodyRoom.Lease lease, Incoming in, Outgoing out)
      throws RefusedException, IOException, InterruptedException {
    var profile = checked(request, in);
    var room = runs.enter(entered.key(), lease);
    try {
      if (request.method().equals("subscriptions/listen")) {
        listen(entered, request, profile, in, out);
      } else {
        call(entered, request, profile, room, in, out);
      }
    } finally {
      room.leave();
    }
  }

  /// Headers and body say the same, in a version that is spoken here.
  private static ClientProfile checked(Message.Request request, Incoming in)
      throws RefusedException {
    var mismatch = MirroredHeaders.mismatch(request, in::header);
    if (mismatch.isPresent()) {
      throw new RefusedException(400, mismatch.get());
    }
    var version = Meta.version(request.params()).orElse(ProtocolVersion.V2026_07_28);
    if (!ProtocolVersion.MODERN.contains(version)) {
      throw new RefusedException(400, unsupported(version.date()));
    }
    var meta = Meta.of(request.params());
    if (!(meta.path(Meta.CLIENT_CAPABILITIES) instanceof ObjectNode capabilities)) {
      throw RefusedException.of(
          400,
          RpcError.INVALID_PARAMS,
          "_meta %s: none (expected: an object)".formatted(Meta.CLIENT_CAPABILITIES));
    }
    var client =
        meta.path(Meta.CLIENT) instanceof ObjectNode named
            ? named
            : JsonNodeFactory.instance.objectNode().put("name", "unknown").put("version", "");
    return new ClientProfile(client, capabilities);
  }

  static RpcError unsupported(String requested) {
    var data = JsonNodeFactory.instance.objectNode().put("requested", Incoming.shown(requested));
    var supported = data.putArray("supported");
    ProtocolVersion.MODERN.forEach(version -> supported.add(version.date()));
    Offer.spokenLegacy().forEach(version -> supported.add(version.date()));
    return RpcError.of(
            RpcError.UNSUPPORTED_PROTOCOL_VERSION,
            "Unsupported protocol version: " + Incoming.shown(requested))
        .with(data);
  }

  private void call(
      Entered entered,
      Message.Request request,
      ClientProfile profile,
      Room room,
      Incoming in,
      Outgoing out)
      throws RefusedException, IOException, InterruptedException {
    switch (shared.parked().find(entered.key(), request.params().path("requestState"))) {
      case Found.Here(var parked) -> {
        var log = shared.streams().log(List.of(request.id()));
        parked.resume(request.id(), log, request.params().path("inputResponses"));
        deliver(log, parked, in, out);
      }
      case Found.Elsewhere elsewhere -> relay(entered, request, elsewhere, in, out);
      case Found.Gone _ -> throw gone();
      case Found.Foreign _ -> {
        var log = shared.streams().log(List.of(request.id()));
        var mirrored = in.beginning(ParamHeaders.PREFIX);
        var sink = started(entered, new Headed(request, mirrored), profile, room, log);
        deliver(log, sink, in, out);
      }
    }
  }

  private void deliver(EventLog log, RequestSink sink, Incoming in, Outgoing out)
      throws IOException, InterruptedException {
    try {
      delivery(log).answer(false, in, out, () -> {});
    } finally {
      if (!log.ended()) {
        sink.cancellation().cancel("the client closed its connection");
      }
    }
  }

  /// The call goes on at the gateway where it is parked.
  private void relay(
      Entered entered, Message.Request request, Found.Elsewhere parked, Incoming in, Outgoing out)
      throws RefusedException, IOException, InterruptedException {
    var responses = request.params().path("inputResponses");
    var lost = SessionClients.lost(request.id());
    var found = shared.neighbours().resumed(entered.key(), parked, request.id(), responses, lost);
    if (found.isEmpty()) {
      throw gone();
    }
    try (var borrowed = found.get()) {
      delivery(borrowed.log()).answer(false, in, out, () -> {});
    }
  }

  /// A request, and the headers that repeat what a tool is called with.
  private record Headed(Message.Request request, Map<String, String> mirrored) {}

  private RequestSink started(
      Entered entered, Headed headed, ClientProfile profile, Room room, EventLog log) {
    var request = headed.request();
    var cancellation = new Cancellation();
    var level = Optional.of(Meta.of(request.params()).path(Meta.LOG_LEVEL));
    var sink =
        new RequestSink(
            entered.key(),
            profile,
            cancellation,
            shared.parked(),
            shared.asks().max(),
            level.filter(JsonNode::isString).map(JsonNode::stringValue));
    sink.turn(request.id(), log);
    var call =
        Call.of(request.method(), request.params()).with(sink).with(cancellation).by(profile);
    var caller = entered.caller(Optional.empty(), profile);
    var named = "modern " + log.id();
    shared.calls().open(named, request.id(), cancellation);
    runs.start(
        new Query(caller, entered.scope(), Era.MODERN, call, headed.mirrored()),
        room,
        answered -> {
          var _ = shared.calls().close(named, request.id(), cancellation);
          sink.finish(answered);
        });
    return sink;
  }

  private static RefusedException gone() {
    return RefusedException.of(
        200,
        RpcError.INTERNAL_ERROR,
        "The call ran at another gateway, or at one that is gone or has waited too long;"
            + " it may have done its work");
  }

  private Delivery delivery(EventLog log) {
    return new Delivery(log, shared.limits().streams(), false, false, () -> true);
  }

  /// Tells of changes until the client leaves.
  private void listen(
      Entered entered, Message.Request request, ClientProfile profile, Incoming in, Outgoing out)
      throws RefusedException, IOException, InterruptedException {
    if (!in.takesEvents()) {
      throw in.notAcceptable("text/event-stream");
    }
    var log = shared.streams().log(List.of());
    var asked = request.params().path("notifications");
    var uris = few(asked.path("resourceSubscriptions"));
    var wanted = new HashSet<String>();
    var granted = JsonNodeFactory.instance.objectNode();
    FILTERS.forEach(
        (filter, method) -> {
          if (asked.path(filter).booleanValue(false)) {
            wanted.add(method);
            granted.put(filter, true);
          }
        });
    var watcher = "listen " + log.id();
    var caller = entered.caller(Optional.of(watcher), profile);
    var listener =
        new Listener(
            watcher, caller, entered.scope(), log, wanted, Optional.of(request.id().json()));
    watch(uris, listener, granted);
    acknowledge(listener, granted);
    shared.listeners().add(listener);
    try {
      new Delivery(
              log,
              shared.limits().streams(),
              false,
              false,
              new Good(shared.listeners(), listener)::good)
          .stream(log.attach(0), 0, out);
    } finally {
      shared.listeners().remove(listener);
      shared.watching().left(shared.kept().forget(watcher));
    }
  }

  private JsonNode few(JsonNode uris) throws RefusedException {
    int most = shared.limits().sessions().resourcesMax();
    if (uris.size() > most) {
      throw RefusedException.of(
          400,
          RpcError.INVALID_PARAMS,
          "resourceSubscriptions: %d (expected: at most %d)".formatted(uris.size(), most));
    }
    return uris;
  }

  private void watch(JsonNode uris, Listener listener, ObjectNode granted) {
    var heard = JsonNodeFactory.instance.arrayNode();
    var view = View.of(shared.parts().catalog(), listener.caller(), listener.scope());
    for (var uri : uris) {
      var params = JsonNodeFactory.instance.objectNode().put("uri", uri.stringValue(""));
      var call = Call.of("resources/subscribe", params);
      var query = Query.legacy(listener.caller(), listener.scope(), call);
      try {
        if (shared.methods().watch(view, query) instanceof CallResult.Result) {
          heard.add(uri);
        }
      } catch (RefusedException _) {
        // What the acknowledgement does not name is not watched.
      }
    }
    if (!heard.isEmpty()) {
      granted.set("resourceSubscriptions", heard);
    }
  }

  private static void acknowledge(Listener listener, ObjectNode granted) {
    var params = JsonNodeFactory.instance.objectNode();
    params.set("notifications", granted);
    listener
        .subscription()
        .ifPresent(
            id ->
                listener
                    .log()
                    .push(
                        new Message.Notification(
                            "notifications/subscriptions/acknowledged",
                            Meta.with(params, Meta.SUBSCRIPTION_ID, id))));
  }
}
