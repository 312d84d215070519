package dev.sluice.mcp.serve.ask;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.Meta;
import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.serve.session.Kept;
import dev.sluice.mcp.serve.session.Session;
import dev.sluice.mcp.serve.stream.EventLog;
import dev.sluice.mcp.upstream.call.CallSink;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Relays what a server tells and asks during a call to a client with a session: on the stream of
/// that call.
public final class SessionSink implements CallSink {

  private final Session session;
  private final EventLog log;
  private final Asks asks;
  private final Kept kept;
  private final Map<RpcId, RpcId> asked = new ConcurrentHashMap<>();

  public SessionSink(Session session, EventLog log, Asks asks, Kept kept) {
    this.session = session;
    this.log = log;
    this.asks = asks;
    this.kept = kept;
  }

  @Override
  public void notification(Message.Notification notification) {
    switch (notification.method()) {
      case "notifications/message" -> {
        var level = notification.params().path("level").stringValue("");
        if (kept.level(session.id()).map(from -> Kept.heard(from, level)).orElse(true)) {
          log.tell(notification);
        }
      }
      case "notifications/cancelled" -> withdraw(notification);
      default -> log.tell(notification);
    }
  }

  /// The client knows the question by our id.
  private void withdraw(Message.Notification notification) {
    var id =
        RpcId.of(notification.params().get("requestId"))
            .flatMap(theirs -> Optional.ofNullable(asked.get(theirs)));
    if (id.isPresent()) {
      var params = Meta.shallow(notification.params());
      params.set("requestId", id.get().json());
      log.tell(notification.with(params));
    }
  }

  @Override
  public Message request(Message.Request question) throws InterruptedException {
    var lacking = Abilities.lacking(question, session.client());
    if (lacking.isPresent()) {
      return lacking.get();
    }
    var id = asks.id();
    asked.put(question.id(), id);
    try {
      return asks.ask(session.id(), id, question, log::tell);
    } finally {
      asked.remove(question.id());
    }
  }
}
