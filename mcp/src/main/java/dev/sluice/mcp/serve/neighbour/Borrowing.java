package dev.sluice.mcp.serve.neighbour;

import dev.sluice.core.mcp.SessionBus.Told;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.serve.ask.Parked.Found.Elsewhere;
import dev.sluice.mcp.serve.news.News;
import dev.sluice.mcp.serve.news.Teller;
import dev.sluice.mcp.serve.stream.EventId;
import dev.sluice.mcp.serve.stream.EventLog;
import dev.sluice.mcp.serve.stream.Streams;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// Streams of other gateways that clients read here.
final class Borrowing {

  private static final int CHANNEL_BYTES = 12;

  private final Teller teller;
  private final Streams streams;
  private final LendLimits limits;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Borrowed> open = new ConcurrentHashMap<>();

  Borrowing(Teller teller, Streams streams, LendLimits limits) {
    this.teller = teller;
    this.streams = streams;
    this.limits = limits;
  }

  /// The rest of a stream.
  Sought rest(ObjectName key, String session, EventId id) throws InterruptedException {
    if (id.gateway().isEmpty()) {
      return new Sought.Unknown();
    }
    return found(
        id.gateway().get(),
        reader -> new News.Rest(reader, key, session, id.stream(), id.number()),
        streams.copy(id.stream(), id.requests(), id.number()),
        Optional.empty());
  }

  /// The rest of a call that was parked; empty where its gateway does not say in time that it goes
  /// on.
  ///
  /// @param lost what its client is answered where that gateway is gone after that
  Optional<Borrowed> resumed(
      ObjectName key, Elsewhere parked, RpcId request, JsonNode responses, Message lost)
      throws InterruptedException {
    var sought =
        found(
            parked.gateway(),
            reader -> new News.Resumed(reader, key, parked.call(), request, responses),
            streams.copy(request),
            Optional.of(lost));
    return sought instanceof Sought.Found(var borrowed) ? Optional.of(borrowed) : Optional.empty();
  }

  private Sought found(
      String owner, Function<News.Reader, News> asking, EventLog log, Optional<Message> otherwise)
      throws InterruptedException {
    if (owner.equals(teller.self())) {
      return new Sought.Unknown();
    }
    var name = new byte[CHANNEL_BYTES];
    random.nextBytes(name);
    var channel = HexFormat.of().formatHex(name);
    var reader = new News.Reader(teller.self(), channel);
    var borrowed =
        new Borrowed(
            new Borrowed.Way(owner, reader, limits),
            log,
            otherwise,
            teller,
            () -> open.remove(channel));
    open.put(channel, borrowed);
    var found = false;
    try {
      found =
          teller.one(owner, asking.apply(reader)) == Told.SENT
              && borrowed.awaitFound(limits.foundWithin());
      if (found) {
        return new Sought.Found(borrowed);
      }
      return borrowed.readBefore() ? new Sought.Read() : new Sought.Unknown();
    } finally {
      if (!found) {
        borrowed.close();
      }
    }
  }

  void heard(News.Quiet quiet) {
    Optional.ofNullable(open.get(quiet.channel())).ifPresent(one -> one.quiet(quiet.number()));
  }

  void heard(News.Told told) {
    Optional.ofNullable(open.get(told.channel())).ifPresent(one -> one.told(told.event()));
  }

  void heard(News.Skipped skipped) {
    Optional.ofNullable(open.get(skipped.channel()))
        .ifPresent(one -> one.skipped(skipped.number()));
  }

  void heard(News.Over over) {
    Optional.ofNullable(open.get(over.channel())).ifPresent(one -> one.over(over.read()));
  }
}
