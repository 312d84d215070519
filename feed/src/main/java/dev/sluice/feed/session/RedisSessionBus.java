package dev.sluice.feed.session;

import dev.sluice.core.mcp.SessionBus;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.ledger.redis.Script;
import dev.sluice.ledger.redis.link.RedisFailure;
import dev.sluice.ledger.redis.link.RedisLink;
import dev.sluice.ledger.redis.link.RedisUrl;
import io.lettuce.core.RedisException;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gateways of one installation hear each other over channels of its Redis. One thread sends and
/// one hears, so that neither a request nor Redis' event loop ever waits for the other.
public final class RedisSessionBus implements SessionBus {

  /// What waits to be sent, or to be heard.
  static final int PIECES_MAX = 10_000;

  static final long BYTES_MAX = 32L * 1024 * 1024;

  /// Names that are kept of one session, bytes of one with its value, and bytes of all.
  static final int NAMES_MAX = 128;

  static final int NAME_BYTES_MAX = 1_000;
  static final int SESSION_BYTES_MAX = 16 * 1024;

  /// Sessions of which something is kept.
  private static final int SESSIONS_MAX = 100_000;

  /// What is to be kept and waits for a Redis that is away.
  private static final int UNSENT_MAX = 10_000;

  /// How long a request waits for what is kept of its session.
  static final Duration READ_WITHIN = Duration.ofMillis(300);

  private static final Duration CONNECTS_EVERY = Duration.ofSeconds(1);
  private static final Duration LOOKS_EVERY = Duration.ofMillis(500);
  private static final Duration CLOSED_WITHIN = Duration.ofSeconds(3);
  private static final int BATCH_BYTES_MAX = 1024 * 1024;
  private static final int SELF_BYTES = 6;
  private static final String ALL = "all";
  private static final String ONE = "to:";
  private static final Script SCRIPT = Script.of(RedisSessionBus.class, "session-bus.lua");
  private static final byte[] SOURCE = SCRIPT.source().getBytes(StandardCharsets.UTF_8);
  private static final Logger LOG = LoggerFactory.getLogger(RedisSessionBus.class);

  private final RedisConfig config;
  private final Errand.Keeping keeping;
  private final String prefix;
  private final String self;
  private final Mailbox<Errand> outgoing = new Mailbox<>(PIECES_MAX, BYTES_MAX);
  private final Mailbox<String> incoming = new Mailbox<>(PIECES_MAX, BYTES_MAX);
  private final AtomicBoolean missed = new AtomicBoolean();
  private final Signs signs;
  private final Complaints complaints = new Complaints(LOG);
  private final Unsent unsent = new Unsent(UNSENT_MAX);
  private final Sender sender;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();
  private volatile @Nullable Ear ear;
  private volatile @Nullable RedisLink connected;

  private RedisSessionBus(RedisConfig config, Duration keptFor, Signs signs) {
    this.config = config;
    this.signs = signs;
    this.keeping =
        new Errand.Keeping(NAMES_MAX, SESSION_BYTES_MAX, SESSIONS_MAX, keptFor.toMillis());
    this.sender = new Sender(unsent, config.timeout(), complaints);
    // A hash tag, as the ledger's keys have, and the version of the keys' meaning.
    this.prefix = "{" + config.installation() + "}:sessions:1:";
    var name = new byte[SELF_BYTES];
    new SecureRandom().nextBytes(name);
    this.self = HexFormat.of().formatHex(name);
  }

  /// Connects as soon as it can.
  ///
  /// @param keptFor how long something is kept of a session
  public static RedisSessionBus open(RedisConfig config, Duration keptFor) {
    return open(config, keptFor, Signs.standard());
  }

  static RedisSessionBus open(RedisConfig config, Duration keptFor, Signs signs) {
    var bus = new RedisSessionBus(config, keptFor, signs);
    bus.threads.add(Thread.ofVirtual().name("session-bus-out").start(bus::sendAll));
    bus.threads.add(Thread.ofVirtual().name("session-bus-in").start(bus::hearAll));
    return bus;
  }

  @Override
  public String self() {
    return self;
  }

  @Override
  public void tell(String news) {
    var _ = send(new Errand.Tell(ALL, self + " " + news));
  }

  @Override
  public Told tell(String gateway, String news) {
    var errand = new Errand.Tell(ONE + gateway, self + " " + news);
    if (send(errand)) {
      return Told.SENT;
    }
    return errand.bytes() > NEWS_BYTES_MAX ? Told.TOO_LARGE : Told.NO_ROOM;
  }

  @Override
  public void keep(String session, String name, String value) {
    var keep = new Errand.Keep(session, name, value);
    if (keep.bytes() > NAME_BYTES_MAX) {
      complaints.of("something of a session is too long to be kept for other gateways");
      return;
    }
    change(keep);
  }

  @Override
  public void drop(String session, String name) {
    change(new Errand.Drop(session, name));
  }

  private void change(Errand.Change change) {
    if (!unsent.put(change)) {
      complaints.of("too much waits to be kept for other gateways: the oldest is lost");
    }
    outgoing.wake();
  }

  private boolean send(Errand errand) {
    int size = errand.bytes();
    var taken = size <= NEWS_BYTES_MAX && outgoing.put(errand, size);
    if (!taken) {
      complaints.of("news for other gateways are lost: too long, or too many wait");
    }
    return taken;
  }

  @Override
  public Optional<Map<String, String>> kept(String session) {
    var link = connected;
    if (link == null || link.trouble() != null || sender.unreadable()) {
      return Optional.empty();
    }
    var answer = new CompletableFuture<Map<String, String>>();
    if (!send(new Errand.Read(session, answer))) {
      return Optional.empty();
    }
    try {
      return Optional.of(answer.get(READ_WITHIN.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException | ExecutionException _) {
      answer.cancel(false);
      sender.nothingRead();
      complaints.of("what other gateways keep of sessions cannot be read in time");
      return Optional.empty();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  @Override
  public void hear(Ear listener) {
    ear = listener;
  }

  private void sendAll() {
    try {
      while (!closed()) {
        try (var link = connect()) {
          if (link != null) {
            sendBy(link);
          }
        } catch (RuntimeException bug) {
          complaints.bug("BUG: other gateways are not heard", bug);
          var _ = closing.await(CONNECTS_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void sendBy(RedisLink link) throws InterruptedException {
    var line = new Connection(link);
    connected = link;
    try {
      while (!(closed() && outgoing.isEmpty()) && !unheard()) {
        sender.send(line, outgoing.take(Sender.BATCH_MAX, BATCH_BYTES_MAX, LOOKS_EVERY));
      }
    } finally {
      connected = null;
    }
  }

  /// Whether it is time for a new connection. Over the old one a subscription that Redis has
  /// refused would not be asked for again.
  private boolean unheard() {
    if (signs.due()) {
      var _ = tell(self, "");
    }
    var silent = signs.silent();
    if (silent) {
      complaints.of("other gateways are not heard: nothing comes by the subscription");
    }
    return silent;
  }

  private boolean closed() {
    return closing.getCount() == 0;
  }

  /// Null where it was closed before there was a connection.
  private @Nullable RedisLink connect() throws InterruptedException {
    while (!closed()) {
      try {
        var link =
            RedisLink.open(
                RedisUrl.parse(config.url()), prefix, config.timeout(), config.eventLoops());
        subscribe(link);
        signs.heard();
        return link;
      } catch (LedgerUnavailableException | RedisException e) {
        complaints.of("other gateways are not heard: " + e.getMessage());
        var _ = closing.await(CONNECTS_EVERY.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
    return null;
  }

  private void subscribe(RedisLink link) {
    try {
      link.subscribe(
              List.of(prefix + ALL, prefix + ONE + self), this::arrived, this::subscribedAnew)
          .whenComplete(
              (_, failure) -> {
                if (failure != null) {
                  complaints.of("other gateways are not heard: " + RedisFailure.sentence(failure));
                }
              });
    } catch (RuntimeException e) {
      link.close();
      throw e;
    }
  }

  /// What was told before may not have come.
  private void subscribedAnew() {
    missed.set(true);
    var _ = incoming.put("", 0);
  }

  /// Runs on the event loop.
  private void arrived(String news) {
    if (!incoming.put(news, Errand.bytes(news))) {
      missed.set(true);
      complaints.of("news of other gateways are lost: too many wait");
    }
  }

  private final class Connection implements Sender.Line {
    private final RedisLink link;

    private Connection(RedisLink link) {
      this.link = link;
    }

    @Override
    public CompletableFuture<List<Object>> dispatch(Errand errand) {
      var arguments = link.keyed(SOURCE);
      errand.arguments(keeping).forEach(arguments::add);
      return link.dispatch(CommandType.EVAL, arguments, StringCodec.UTF8).toCompletableFuture();
    }

    @Override
    public void renew() {
      link.renew();
    }
  }

  private void hearAll() {
    try {
      while (!closed()) {
        for (var news : incoming.take(Sender.BATCH_MAX, BATCH_BYTES_MAX, LOOKS_EVERY)) {
          hear(news);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void hear(String news) {
    int space = news.indexOf(' ');
    // What is for all comes back to who told it.
    var own = space > 0 && news.substring(0, space).equals(self);
    if (own) {
      signs.heard();
    }
    var listener = ear;
    if (listener == null) {
      return;
    }
    try {
      if (missed.getAndSet(false)) {
        listener.missed();
      }
      if (space > 0 && !own) {
        listener.heard(news.substring(space + 1));
      }
    } catch (RuntimeException bug) {
      LOG.error("BUG: news of another gateway could not be heard", bug);
    }
  }

  /// Sends first what waits, for a bounded time.
  @Override
  public void close() {
    closing.countDown();
    try {
      for (var thread : threads) {
        if (!thread.join(CLOSED_WITHIN)) {
          thread.interrupt();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
