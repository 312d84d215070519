package dev.sluice.mcp.serve;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.Meta;
import dev.sluice.mcp.rpc.ProtocolVersion;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.serve.answer.Query;
import dev.sluice.mcp.serve.ask.SessionSink;
import dev.sluice.mcp.serve.http.Incoming;
import dev.sluice.mcp.serve.http.Outgoing;
import dev.sluice.mcp.serve.http.RefusedException;
import dev.sluice.mcp.serve.session.Session;
import dev.sluice.mcp.serve.stream.EventLog;
import dev.sluice.mcp.serve.stream.Streams.Room;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallSink;
import dev.sluice.mcp.upstream.call.Cancellation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What clients post in sessions: requests, and answers to what servers asked.
///
/// A client that leaves has not cancelled anything: it may come back for the rest of the stream,
/// and its calls run on for a while.
final class SessionCalls {

  /// What came in one post.
  record Posted(Entered entered, Session session, Eras.Body body) {
    List<Message.Request> requests() {
      var requests = new ArrayList<Message.Request>();
      for (var message : body.messages()) {
        if (message instanceof Message.Request request) {
          requests.add(request);
        }
      }
      return requests;
    }
  }

  private final Shared shared;
  private final Runs runs;

  SessionCalls(Shared shared, Runs runs) {
    this.shared = shared;
    this.runs = runs;
  }

  void run(Posted posted, Incoming in, Outgoing out)
      throws RefusedException, IOException, InterruptedException {
    for (var message : posted.body().messages()) {
      hear(posted.session(), message);
    }
    var requests = posted.requests();
    if (requests.isEmpty()) {
      out.empty(202, Map.of());
      return;
    }
    var room = runs.enter(posted.entered().key(), posted.body().lease());
    try {
      run(posted, requests, room, in, out);
    } finally {
      room.leave();
    }
  }

  /// What belongs to a call at another gateway goes there.
  private void hear(Session session, Message message) {
    switch (message) {
      case Message.Answer _, Message.Failure _ -> shared.neighbours().answered(session, message);
      case Message.Notification(var method, var params, _)
          when method.equals("notifications/cancelled") ->
          RpcId.of(params.get("requestId"))
              .ifPresent(
                  id ->
                      shared
                          .neighbours()
                          .cancelled(
                              session,
                              id,
                              params.path("reason").stringValue("the client cancelled it")));
      case Message.Notification _, Message.Request _ -> {
        // Other notifications change nothing here.
      }
    }
  }

  private void run(
      Posted posted, List<Message.Request> requests, Room room, Incoming in, Outgoing out)
      throws IOException, InterruptedException {
    var session = posted.session();
    var log = shared.streams().log(requests.stream().map(Message.Request::id).toList());
    CallSink sink =
        in.takesEvents()
            ? new SessionSink(session, log, shared.asks(), shared.kept())
            : CallSink.SILENT;
    var cancellations = new ArrayList<Cancellation>();
    for (var request : requests) {
      var cancellation = new Cancellation();
      cancellations.add(cancellation);
      start(posted, request, log, room, sink, cancellation);
    }
    var primed = session.version().date().compareTo(ProtocolVersion.V2025_11_25.date()) >= 0;
    // Where the client does not come back in time, its calls end.
    log.whenAbandoned(() -> cancellations.forEach(call -> call.cancel("the client left")));
    try {
      new Delivery(log, shared.limits().streams(), true, primed, () -> true)
          .answer(
              posted.body().batch(),
              in,
              out,
              () -> shared.streams().keep(posted.entered().key(), session.id(), log));
    } finally {
      shared.streams().leave(log);
    }
  }

  private void start(
      Posted posted,
      Message.Request request,
      EventLog log,
      Room room,
      CallSink sink,
      Cancellation cancellation) {
    var session = posted.session();
    if (!shared.calls().open(session.id(), request.id(), cancellation)) {
      var error =
          RpcError.of(
              RpcError.INVALID_REQUEST, "id: in use (expected: one of no request under way)");
      log.answer(new Message.Failure(request.id(), error), 400);
      return;
    }
    var call =
        Call.of(request.method(), params(session, request))
            .with(sink)
            .with(cancellation)
            .by(session.client())
            .with(Call.InputPolicy.ANSWERED);
    var entered = posted.entered();
    var caller = entered.caller(Optional.of(session.id()), session.client());
    runs.start(
        Query.legacy(caller, entered.scope(), call),
        room,
        answered -> {
          if (shared.calls().close(session.id(), request.id(), cancellation)) {
            log.answer(answered.to(request.id()), answered.status());
          } else {
            log.withdraw();
          }
        });
  }

  /// A server without sessions is told with each call which log messages are heard.
  private ObjectNode params(Session session, Message.Request request) {
    return shared
        .kept()
        .level(session.id())
        .map(JsonNodeFactory.instance::stringNode)
        .map(level -> Meta.with(request.params(), Meta.LOG_LEVEL, level))
        .orElse(request.params());
  }
}
