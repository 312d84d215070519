package dev.sluice.mcp.serve.neighbour;

import dev.sluice.mcp.serve.ask.Parked;
import dev.sluice.mcp.serve.news.News;
import dev.sluice.mcp.serve.news.Teller;
import dev.sluice.mcp.serve.stream.EventLog;
import dev.sluice.mcp.serve.stream.Streams;
import dev.sluice.mcp.serve.stream.Streams.Room;
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
    var reader = rest.reader();
    if (open.containsKey(reader.channel())) {
      // It was told twice.
      return;
    }
    var known = streams.find(rest.stream(), rest.key(), rest.session());
    var over = known.map(log -> log.over(rest.after())).orElse(false);
    var room = known.isEmpty() || over ? Optional.<Room>empty() : streams.enter(rest.key());
    if (known.isEmpty() || room.isEmpty()) {
      none(reader, over);
      return;
    }
    var log = known.get();
    // Read first: so the reader before, which leaves now, does not leave it for this one too.
    int attached = log.resume(rest.after());
    streams.keep(rest.key(), rest.session(), log);
    lend(room.get(), lent(reader, log, attached), reader, () -> streams.leave(log));
  }

  /// Without room it stays parked.
  void heard(News.Resumed resumed) {
    var reader = resumed.reader();
    if (open.containsKey(reader.channel())) {
      return;
    }
    var room = streams.enter(resumed.key());
    var call = room.flatMap(_ -> parked.taken(resumed.key(), resumed.call()));
    if (room.isEmpty() || call.isEmpty()) {
      room.ifPresent(Room::leave);
      none(reader, false);
      return;
    }
    var log = streams.log(List.of(resumed.request()));
    int attached = log.attach(0);
    call.get().resume(resumed.request(), log, resumed.responses());
    lend(
        room.get(),
        lent(reader, log, attached),
        reader,
        () -> {
          if (!log.ended()) {
            call.get().cancellation().cancel("the client closed its connection");
          }
        });
  }

  private Lent lent(News.Reader reader, EventLog log, int attached) {
    return new Lent(reader, log, attached, teller, limits);
  }

  private void none(News.Reader reader, boolean read) {
    var _ = teller.one(reader.gateway(), new News.Over(reader.channel(), read));
  }

  /// @param end what is done when nobody reads it any more
  private void lend(Room room, Lent lent, News.Reader reader, Runnable end) {
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
                open.remove(reader.channel(), lent);
                end.run();
                room.leave();
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
