package dev.sluice.mcp.serve;

import dev.sluice.mcp.rpc.ProtocolVersion;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.serve.answer.Scope;
import dev.sluice.mcp.serve.http.Incoming;
import dev.sluice.mcp.serve.http.Outgoing;
import dev.sluice.mcp.serve.http.RefusedException;
import dev.sluice.mcp.serve.listen.Listener;
import dev.sluice.mcp.serve.neighbour.Sought;
import dev.sluice.mcp.serve.session.Session;
import dev.sluice.mcp.serve.stream.EventId;
import dev.sluice.mcp.serve.stream.EventLog;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// Streams that clients with sessions ask for: of changes, and the rest of one that broke.
final class SessionStreams {

  private final Shared shared;
  private final Runs runs;

  SessionStreams(Shared shared, Runs runs) {
    this.shared = shared;
    this.runs = runs;
  }

  /// @param last the id of the last event that the client saw
  void open(Entered entered, Session session, Optional<String> last, Outgoing out)
      throws RefusedException, IOException, InterruptedException {
    var room = runs.enter(entered.key());
    try {
      if (last.isEmpty()) {
        listen(entered, session, List.of(), out);
        return;
      }
      var id = EventId.of(last.get());
      if (id.isEmpty()) {
        throw RefusedException.of(
            400,
            RpcError.INVALID_REQUEST,
            "Last-Event-ID: %s (expected: that of an event of this gateway)"
                .formatted(Incoming.shown(last.get())));
      }
      resume(entered, session, id.get(), out);
    } finally {
      room.leave();
    }
  }

  private void resume(Entered entered, Session session, EventId id, Outgoing out)
      throws RefusedException, IOException, InterruptedException {
    var known = shared.streams().find(id.stream(), entered.key(), session.id());
    if (known.isPresent()) {
      var log = known.get();
      if (log.over(id.number())) {
        throw over(id);
      }
      // Read first: so the reader before, which leaves now, does not leave it for this one too.
      int reader = log.resume(id.number());
      shared.streams().keep(entered.key(), session.id(), log);
      try {
        delivery(session, log).stream(reader, id.number(), out);
      } finally {
        shared.streams().leave(log);
      }
    } else if (id.requests().isEmpty()) {
      // What changed meanwhile is not known here: anything can have.
      listen(entered, session, List.copyOf(Listener.LISTS), out);
    } else {
      resumeElsewhere(entered, session, id, out);
    }
  }

  /// Some clients come back until they have a result, and stop at this status alone.
  private static RefusedException over(EventId id) {
    return RefusedException.of(
        405,
        RpcError.INVALID_REQUEST,
        "Last-Event-ID: %s (expected: that of a stream that has not ended)"
            .formatted(Incoming.shown(id.stream())));
  }

  private void resumeElsewhere(Entered entered, Session session, EventId id, Outgoing out)
      throws RefusedException, IOException, InterruptedException {
    switch (shared.neighbours().rest(entered.key(), session.id(), id)) {
      case Sought.Found(var found) -> {
        try (var borrowed = found) {
          delivery(session, borrowed.log(), borrowed::good).stream(
              borrowed.reader(), id.number(), out);
        }
      }
      case Sought.Read _ -> throw over(id);
      case Sought.Unknown _ -> lost(entered, session, id, out);
    }
  }

  private void lost(Entered entered, Session session, EventId id, Outgoing out)
      throws IOException, InterruptedException {
    var log = shared.streams().log(id.requests());
    id.requests().forEach(request -> log.answer(SessionClients.lost(request), 200));
    shared.streams().keep(entered.key(), session.id(), log);
    try {
      delivery(session, log).stream(log.attach(0), 0, out);
    } finally {
      shared.streams().leave(log);
    }
  }

  private Delivery delivery(Session session, EventLog log) {
    return delivery(session, log, () -> true);
  }

  private Delivery delivery(Session session, EventLog log, BooleanSupplier good) {
    return new Delivery(log, shared.limits().streams(), true, primed(session), good);
  }

  private static boolean primed(Session session) {
    return session.version().date().compareTo(ProtocolVersion.V2025_11_25.date()) >= 0;
  }

  /// @param missed what the client hears at once
  private void listen(Entered entered, Session session, List<String> missed, Outgoing out)
      throws IOException, InterruptedException {
    var log = shared.streams().log(List.of());
    var caller = entered.caller(Optional.of(session.id()), session.client());
    Scope scope = entered.scope();
    var listener = new Listener(session.id(), caller, scope, log, Listener.LISTS, Optional.empty());
    missed.forEach(listener::hear);
    if (!missed.isEmpty()) {
      shared.kept().watched(session.id()).forEach(watched -> listener.hearOf(watched.uri()));
    }
    shared.listeners().add(listener);
    shared.neighbours().listens(session.id());
    try {
      new Delivery(
              log,
              shared.limits().streams(),
              true,
              primed(session),
              new Good(shared.listeners(), listener)::good)
          .stream(log.attach(0), 0, out);
    } finally {
      shared.listeners().remove(listener);
    }
  }
}
