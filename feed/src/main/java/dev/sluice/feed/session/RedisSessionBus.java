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
import java.util.HashMap;
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

  static final long CHARS_MAX = 32L * 1024 * 1024;

  /// Names that are kept of one session, and characters of one with its value.
  static final int NAMES_MAX = 128;

  static final int NAME_CHARS_MAX = 1_000;

  /// Sessions of which something is kept.
  private static final int SESSIONS_MAX = 100_000;

  /// How long a request waits for what is kept of its session.
  static final Duration READ_WITHIN = Duration.ofMillis(300);

  /// After a read that came to nothing the next ones are not tried for so long.
  private static final Duration READ_AGAIN_AFTER = Duration.ofSeconds(1);

  private static final Duration CONNECTS_EVERY = Duration.ofSeconds(1);
  private static final Duration LOOKS_EVERY = Duration.ofMillis(500);
  private static final Duration CLOSED_WITHIN = Duration.ofSeconds(3);
  private static final int BATCH_MAX = 64;
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
  private final Mailbox<Errand> outgoing = new Mailbox<>(PIECES_MAX, CHARS_MAX);
  private final Mailbox<String> incoming = new Mailbox<>(PIECES_MAX, CHARS_MAX);
  private final AtomicBoolean missed = new AtomicBoolean();
  private final Signs signs;
  private final Complaints complaints = new Complaints(LOG);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();
  private volatile @Nullable Ear ear;
  private volatile boolean connected;
  private volatile long unreadableUntil = System.nanoTime();

  private RedisSessionBus(RedisConfig config, Duration keptFor, Signs signs) {
    this.config = config;
    this.signs = signs;
    this.keeping = new Errand.Keeping(NAMES_MAX, SESSIONS_MAX, keptFor.toMillis());
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
    return errand.characters() > NEWS_CHARS_MAX ? Told.TOO_LARGE : Told.NO_ROOM;
  }

  @Override
  public void keep(String session, String name, String value) {
    if (name.length() + value.length() > NAME_CHARS_MAX) {
      complaints.of("something of a session is too long to be kept for other gateways");
      return;
    }
    var _ = send(new Errand.Keep(session, name, value));
  }

  @Override
  public void drop(String session, String name) {
    var _ = send(new Errand.Drop(session, name));
  }

  private boolean send(Errand errand) {
    int size = errand.characters();
    var taken = size <= NEWS_CHARS_MAX && outgoing.put(errand, size);
    if (!taken) {
      complaints.of("news for other gateways are lost: too long, or too many wait");
    }
    return taken;
  }

  @Override
  public Optional<Map<String, String>> kept(String session) {
    if (!connected || unreadableUntil - System.nanoTime() > 0) {
      return Optional.empty();
    }
    var answer = new CompletableFuture<Map<String, String>>();
    if (!send(new Errand.Read(session, answer))) {
      return Optional.empty();
    }
    try {
      return Optional.of(answer.get(READ_WITHIN.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException | ExecutionException _) {
      unreadableUntil = System.nanoTime() + READ_AGAIN_AFTER.toNanos();
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
    try (var link = connect()) {
      while (link != null && !(closed() && outgoing.isEmpty())) {
        send(link, outgoing.take(BATCH_MAX, LOOKS_EVERY));
        look(link);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(RedisLink link) {
    if (signs.due()) {
      var _ = tell(self, "");
    }
    if (signs.silent()) {
      complaints.of("other gateways are not heard: nothing comes by the subscription");
      link.renew();
    }
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
        connected = true;
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
    } catch (RedisException e) {
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
    if (!incoming.put(news, news.length())) {
      missed.set(true);
      complaints.of("news of other gateways are lost: too many wait");
    }
  }

  private void send(RedisLink link, List<Errand> errands) throws InterruptedException {
    var calls = new ArrayList<CompletableFuture<List<Object>>>();
    for (var errand : errands) {
      calls.add(dispatch(link, errand));
    }
    var end = System.nanoTime() + config.timeout().toNanos();
    for (int i = 0; i < calls.size(); i++) {
      finish(link, errands.get(i), calls.get(i), end);
    }
  }

  private CompletableFuture<List<Object>> dispatch(RedisLink link, Errand errand) {
    try {
      var arguments = link.keyed(SOURCE);
      errand.arguments(keeping).forEach(arguments::add);
      return link.dispatch(CommandType.EVAL, arguments, StringCodec.UTF8).toCompletableFuture();
    } catch (RedisException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void finish(RedisLink link, Errand errand, CompletableFuture<List<Object>> call, long end)
      throws InterruptedException {
    try {
      var reply = call.get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      switch (errand) {
        case Errand.Read(_, var answer) -> answer.complete(pairs(reply));
        case Errand.Keep _ when !reply.isEmpty() ->
            complaints.of("a session has more than can be kept for other gateways");
        case Errand.Keep _, Errand.Drop _, Errand.Tell _ -> {
          // It is done.
        }
      }
    } catch (ExecutionException e) {
      failed(errand, RedisFailure.sentence(e.getCause()));
      if (RedisFailure.isReadOnly(e.getCause())) {
        link.renew();
      }
    } catch (TimeoutException _) {
      // One that was given up is not sent again over a new connection.
      call.cancel(false);
      failed(errand, "no answer within " + config.timeout());
      link.renew();
    }
  }

  private void failed(Errand errand, String why) {
    if (errand instanceof Errand.Read(_, var answer)) {
      answer.completeExceptionally(new RedisException(why));
    }
    complaints.of("news for other gateways are lost: redis: " + why);
  }

  private static Map<String, String> pairs(List<Object> reply) {
    var pairs = new HashMap<String, String>();
    for (int at = 0; at + 1 < reply.size(); at += 2) {
      pairs.put(String.valueOf(reply.get(at)), String.valueOf(reply.get(at + 1)));
    }
    return pairs;
  }

  private void hearAll() {
    try {
      while (!closed()) {
        for (var news : incoming.take(BATCH_MAX, LOOKS_EVERY)) {
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
