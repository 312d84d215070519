package dev.sluice.mcp.serve.neighbour;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.serve.ask.Parked;
import dev.sluice.mcp.serve.news.News;
import dev.sluice.mcp.serve.news.Teller;
import dev.sluice.mcp.serve.stream.EventLog;
import dev.sluice.mcp.serve.stream.Streams;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Streams of this gateway that clients read at others. Each takes the room of a stream here too.
final class Lending {

  private final Teller teller;
  private final Streams streams;
  private final Parked parked;
  private final LendLimits limits;
  private final Map<String, Lent> open = new ConcurrentHashMap<>();

  Lending(Teller teller, Streams streams, Parked parked, LendLimits limits) {
    this.teller = teller;
    this.streams = streams;
    this.parked = parked;
    this.limits = limits;
  }

  /// Only who has the key and the session finds the stream, and none that has nothing more to tell:
  /// some clients come back until they have an answer.
  void heard(News.Rest rest) {
    var known =
        streams
            .find(rest.stream(), rest.key(), rest.session())
            .filter(log -> !log.over(rest.after()));
    if (known.isEmpty()) {
      none(rest.reader());
      return;
    }
    var log = known.get();
    // Read first: so the reader before, which leaves now, does not leave it for this one too.
    int attached = log.resume(rest.after());
    streams.keep(rest.key(), rest.session(), log);
    lend(rest.key(), lent(rest.reader(), log, attached), rest.reader(), () -> streams.leave(log));
  }

  void heard(News.Resumed resumed) {
    var call = parked.taken(resumed.key(), resumed.call());
    if (call.isEmpty()) {
      none(resumed.reader());
      return;
    }
    var log = streams.log(List.of(resumed.request()));
    int attached = log.attach(0);
    call.get().resume(resumed.request(), log, resumed.responses());
    lend(
        resumed.key(),
        lent(resumed.reader(), log, attached),
        resumed.reader(),
        () -> {
          if (!log.ended()) {
            call.get().cancellation().cancel("the client closed its connection");
          }
        });
  }

  private Lent lent(News.Reader reader, EventLog log, int attached) {
    return new Lent(reader, log, attached, teller, limits);
  }

  private void none(News.Reader reader) {
    var _ = teller.one(reader.gateway(), new News.Over(reader.channel()));
  }

  /// @param end what is done when nobody reads it any more
  private void lend(ObjectName key, Lent lent, News.Reader reader, Runnable end) {
    var room = streams.enter(key);
    if (room.isEmpty()) {
      lent.leave();
      end.run();
      none(reader);
      return;
    }
    open.put(reader.channel(), lent);
    Thread.ofVirtual()
        .name("mcp-lent")
        .start(
            () -> {
              try {
                lent.tellAll();
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              } finally {
                open.remove(reader.channel());
                end.run();
                room.get().leave();
              }
            });
  }

  void heard(News.Read read) {
    Optional.ofNullable(open.get(read.channel())).ifPresent(lent -> lent.read(read.number()));
  }

  void heard(News.Left left) {
    Optional.ofNullable(open.get(left.channel())).ifPresent(Lent::leave);
  }
}
