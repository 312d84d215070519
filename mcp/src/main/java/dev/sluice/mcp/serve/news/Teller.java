package dev.sluice.mcp.serve.news;

import dev.sluice.core.mcp.SessionBus;
import dev.sluice.core.mcp.SessionBus.Told;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.serve.session.Kept.Watched;
import dev.sluice.mcp.serve.session.Remembered;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Tells the other gateways what a client has said here of its session, and asks what it has said
/// elsewhere.
public final class Teller {

  private static final String ENDED = SessionBus.ENDED;
  private static final String LEVEL = "level";
  private static final String WATCHES = "watches ";

  private final SessionBus bus;

  public Teller(SessionBus bus) {
    this.bus = bus;
  }

  /// By which name the others know this gateway.
  public String self() {
    return bus.self();
  }

  public void ended(String session) {
    bus.keep(session, ENDED, "");
    all(new News.Ended(session));
  }

  public void level(String session, String level) {
    bus.keep(session, LEVEL, level);
    all(new News.Level(session, level));
  }

  public void watches(String session, Watched resource) {
    bus.keep(session, kept(resource), "");
    all(new News.Watches(session, resource));
  }

  public void unwatches(String session, Watched resource) {
    bus.drop(session, kept(resource));
    all(new News.Unwatches(session, resource));
  }

  /// Which gateway runs the request, only that one knows.
  public void cancelled(String session, RpcId request, String reason) {
    all(new News.Cancelled(session, request, reason));
  }

  private void all(News news) {
    bus.tell(NewsCodec.text(news));
  }

  public Told one(String gateway, News news) {
    return bus.tell(gateway, NewsCodec.text(news));
  }

  /// Has somebody hear what the others tell.
  public void hear(Consumer<News> ear, Runnable missed) {
    bus.hear(
        new SessionBus.Ear() {
          @Override
          public void heard(String news) {
            NewsCodec.read(news).ifPresent(ear);
          }

          @Override
          public void missed() {
            missed.run();
          }
        });
  }

  /// Empty where that is not known now.
  public Optional<Remembered> remembered(String session) {
    return bus.kept(session).map(Teller::remembered);
  }

  private static Remembered remembered(Map<String, String> kept) {
    var watched = new HashSet<Watched>();
    for (var name : kept.keySet()) {
      if (name.startsWith(WATCHES)) {
        watched(name.substring(WATCHES.length())).ifPresent(watched::add);
      }
    }
    return new Remembered(kept.containsKey(ENDED), Optional.ofNullable(kept.get(LEVEL)), watched);
  }

  private static String kept(Watched resource) {
    return WATCHES + resource.server() + " " + resource.uri();
  }

  private static Optional<Watched> watched(String kept) {
    int slash = kept.indexOf('/');
    int space = kept.indexOf(' ');
    return slash < 0 || space < slash
        ? Optional.empty()
        : Optional.of(
            new Watched(
                new ObjectName(kept.substring(0, slash), kept.substring(slash + 1, space)),
                kept.substring(space + 1)));
  }
}
