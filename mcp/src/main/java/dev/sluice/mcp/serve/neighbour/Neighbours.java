package dev.sluice.mcp.serve.neighbour;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.serve.answer.Watching;
import dev.sluice.mcp.serve.ask.Asks;
import dev.sluice.mcp.serve.ask.Parked;
import dev.sluice.mcp.serve.ask.Parked.Found.Elsewhere;
import dev.sluice.mcp.serve.listen.Listeners;
import dev.sluice.mcp.serve.news.News;
import dev.sluice.mcp.serve.news.Teller;
import dev.sluice.mcp.serve.session.CallsInFlight;
import dev.sluice.mcp.serve.session.Kept;
import dev.sluice.mcp.serve.session.Remembered;
import dev.sluice.mcp.serve.session.Session;
import dev.sluice.mcp.serve.stream.EventId;
import dev.sluice.mcp.serve.stream.Streams;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The other gateways of the installation: what a client says here goes to the one that needs it,
/// and what one says elsewhere is done here.
public final class Neighbours {

  /// How often what was missed is read, where it cannot be read at once.
  private static final int CATCH_UP_TRIES = 30;

  private static final Duration CATCH_UP_EVERY = Duration.ofSeconds(1);

  private final Teller teller;
  private final Here here;
  private final Borrowing borrowing;
  private final Lending lending;
  private final NewsRate rate = new NewsRate();

  /// What belongs to this gateway.
  public record Here(
      Asks asks,
      CallsInFlight calls,
      Kept kept,
      Watching watching,
      Listeners listeners,
      Streams streams,
      Parked parked) {}

  private Neighbours(Teller teller, Here here, LendLimits limits) {
    this.teller = teller;
    this.here = here;
    this.borrowing = new Borrowing(teller, here.streams(), limits);
    this.lending = new Lending(teller, here.streams(), here.parked(), limits);
  }

  /// From here on the others are heard.
  public static Neighbours of(Teller teller, Here here) {
    var neighbours = new Neighbours(teller, here, LendLimits.STANDARD);
    teller.hear(neighbours::heard, neighbours::missed);
    return neighbours;
  }

  /// A request of that session has come: what all know of it is asked for, unless it is known here.
  public void meet(String session) {
    if (!here.kept().begin(session)) {
      return;
    }
    try {
      teller.remembered(session).ifPresent(remembered -> learned(session, remembered));
    } finally {
      here.kept().done(session);
    }
  }

  private void learned(String session, Remembered remembered) {
    here.kept().learn(session, remembered);
    here.watching().left(here.kept().forgotten());
    if (remembered.ended()) {
      endHere(session);
    } else {
      listens(session);
    }
  }

  /// Where the session has its stream of changes here, servers are to tell this gateway of what it
  /// watches; what changed until then, nobody knows.
  public void listens(String session) {
    here.listeners()
        .of(session)
        .ifPresent(
            listener ->
                here.watching()
                    .hold(
                        session,
                        () -> here.listeners().of(session).filter(listener::equals).isPresent(),
                        watched -> listener.hearOf(watched.uri())));
  }

  /// An answer to what a server asked: here, or at the gateway that its id names.
  public void answered(Session session, Message answer) {
    if (!here.asks().answered(session.id(), answer)) {
      here.asks()
          .elsewhere(answer)
          .filter(_ -> rate.fits(answer) && rate.room(session.key()))
          .ifPresent(
              gateway -> {
                var _ = teller.one(gateway, new News.Answered(session.id(), answer));
              });
    }
  }

  public void cancelled(Session session, RpcId request, String reason) {
    if (!here.calls().cancel(session.id(), request, reason)
        && rate.fits(request)
        && rate.room(session.key())) {
      teller.cancelled(session.id(), request, NewsRate.cut(reason));
    }
  }

  public void ended(String session) {
    endHere(session);
    teller.ended(session);
  }

  private void endHere(String session) {
    here.calls().cancelAll(session, "the session ended");
    here.listeners().end(session);
    here.watching().left(here.kept().end(session));
  }

  /// The rest of a stream of another gateway.
  public Sought rest(ObjectName key, String session, EventId id) throws InterruptedException {
    return borrowing.rest(key, session, id);
  }

  /// The rest of a call that is parked at another gateway; empty where that one has it no more.
  ///
  /// @param lost what the client is answered where the other gateway ends before the call does
  public Optional<Borrowed> resumed(
      ObjectName key, Elsewhere parked, RpcId request, JsonNode responses, Message lost)
      throws InterruptedException {
    return borrowing.resumed(key, parked, request, responses, lost);
  }

  /// Who tells it has seen the key of the session's token; of a stream or a parked call both are
  /// looked at again here.
  private void heard(News news) {
    switch (news) {
      case News.Answered(var session, var answer) -> {
        // One that came too late is no news.
        var _ = here.asks().answered(session, answer);
      }
      case News.Cancelled(var session, var request, var reason) -> {
        var _ = here.calls().cancel(session, request, reason);
      }
      case News.Ended(var session) -> endHere(session);
      case News.Level(var session, var level) -> {
        here.kept().told(session, level);
        here.watching().left(here.kept().forgotten());
      }
      case News.Watches(var session, var resource) -> {
        here.kept().told(session, resource);
        here.watching().left(here.kept().forgotten());
        listens(session);
      }
      case News.Unwatches(var session, var resource) ->
          here.watching().left(here.kept().unwatched(session, resource));
      case News.Rest rest -> lending.heard(rest);
      case News.Resumed resumed -> lending.heard(resumed);
      case News.Read read -> lending.heard(read);
      case News.Left left -> lending.heard(left);
      case News.Quiet quiet -> borrowing.heard(quiet);
      case News.Told told -> borrowing.heard(told);
      case News.Skipped skipped -> borrowing.heard(skipped);
      case News.Over over -> borrowing.heard(over);
    }
  }

  /// What was not heard is read again: now, of sessions that have their stream of changes here; of
  /// the others, with their next request.
  private void missed() {
    here.kept().unlearn();
    Thread.ofVirtual()
        .name("mcp-missed")
        .start(
            () -> {
              try {
                catchUp();
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /// Where that takes too long now, it is tried again for a while.
  private void catchUp() throws InterruptedException {
    for (int tries = 0; tries < CATCH_UP_TRIES; tries++) {
      unlearned().forEach(this::meet);
      if (unlearned().isEmpty()) {
        return;
      }
      Thread.sleep(CATCH_UP_EVERY);
    }
  }

  private List<String> unlearned() {
    return here.listeners().sessions().stream()
        .filter(session -> !here.kept().learned(session))
        .toList();
  }
}
