package dev.sluice.ledger.redis;

import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.redis.link.RedisFailure;
import dev.sluice.ledger.redis.link.RedisLink;
import dev.sluice.ledger.redis.link.RedisUrl;
import dev.sluice.ledger.redis.link.RedisUrl.Topology;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The ledger's calls to its Redis: each with a deadline, and with one sentence where it fails.
///
/// A call that was given up is not sent again over a new connection: [LateEnds] come after it. A
/// Redis that has turned out to be unfit gets none (see [RedisFitness]).
final class RedisConnection implements AutoCloseable {

  /// Calls that wait for an answer; beyond it new ones fail at once.
  private static final int CALLS_OPEN_MAX = 10_000;

  private static final String CROWDED = CALLS_OPEN_MAX + " calls wait for an answer already";

  private static final StringCodec BYTES = new StringCodec(StandardCharsets.ISO_8859_1);

  /// How often the log is told the same, and how often it is told anything.
  private static final Duration SAME_EVERY = Duration.ofSeconds(30);

  private static final Duration SAID_EVERY = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(RedisConnection.class);

  private final RedisLink link;
  private final RedisUrl url;
  private final Deadlines deadlines;
  private final Semaphore room = new Semaphore(CALLS_OPEN_MAX);
  private volatile long answeredAt = System.nanoTime();
  private long silentSince = answeredAt;
  private final AtomicReference<Said> said = new AtomicReference<>(new Said("", 0));
  private volatile @Nullable String unfit;

  private record Said(String sentence, long at) {}

  private RedisConnection(RedisLink link, RedisUrl url, Duration timeout) {
    this.link = link;
    this.url = url;
    this.deadlines = new Deadlines(timeout, link.threads(), this::gaveUp);
  }

  static RedisConnection open(RedisConfig config) {
    var url = RedisUrl.parse(config.url());
    var link = RedisLink.open(url, config.prefix(), config.timeout(), config.eventLoops());
    return new RedisConnection(link, url, config.timeout());
  }

  /// See [RedisLink#onConnected].
  void onConnected(Runnable listener) {
    link.onConnected(listener);
  }

  /// Runs a script in one atomic step. The answer comes on the event loop, and does not fail but
  /// with [LedgerUnavailableException].
  CompletableFuture<List<Object>> run(Script script, String... arguments) {
    return run(script, StringCodec.UTF8, arguments);
  }

  /// The same where the answer has packed parts: a character of it is a byte.
  CompletableFuture<List<Object>> runPacked(Script script, String... arguments) {
    return run(script, BYTES, arguments);
  }

  private CompletableFuture<List<Object>> run(
      Script script, StringCodec codec, String... arguments) {
    var answer = new CompletableFuture<List<Object>>();
    var why = unfit;
    if (why != null) {
      answer.completeExceptionally(LedgerUnavailableException.nothingBooked(why, null));
      return answer;
    }
    var call =
        send(
            () -> dispatch(CommandType.EVALSHA, script.digest(), codec, arguments),
            (reply, failure) -> {
              if (failure instanceof RedisNoScriptException) {
                runWhole(script, codec, arguments, answer);
              } else {
                complete(answer, reply, failure);
              }
            });
    deadlines.add(answer, call);
    return answer;
  }

  /// Redis has restarted or was told to forget its scripts; EVAL makes it remember this one.
  private void runWhole(
      Script script,
      StringCodec codec,
      String[] arguments,
      CompletableFuture<List<Object>> answer) {
    var call =
        send(
            () -> dispatch(CommandType.EVAL, script.source(), codec, arguments),
            (reply, failure) -> complete(answer, reply, failure));
    answer.whenComplete((_, _) -> call.cancel(false));
  }

  /// Lettuce's own way takes a buffer for each argument.
  private CompletableFuture<List<Object>> dispatch(
      CommandType type, String script, StringCodec codec, String[] arguments) {
    var all = link.keyed(bytes(script));
    for (var argument : arguments) {
      all.add(bytes(argument));
    }
    return link.dispatch(type, all, codec).toCompletableFuture();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  void load(Script script) {
    await(ask(() -> link.load(script.source())));
  }

  /// What Redis says of itself, as lines of `name:value`.
  CompletableFuture<String> report() {
    return ask(link::report);
  }

  /// Lets calls through, or not, with the reason.
  void admit(@Nullable String why) {
    unfit = why;
  }

  String place() {
    return url.place();
  }

  Topology topology() {
    return url.topology();
  }

  /// Repeats a task until the connection is closed, off the event loop.
  void every(Duration period, Runnable task) {
    long millis = period.toMillis();
    link.threads().scheduleAtFixedRate(task, millis, millis, TimeUnit.MILLISECONDS);
  }

  private <T> CompletableFuture<T> ask(Supplier<CompletionStage<T>> question) {
    var answer = new CompletableFuture<T>();
    var call =
        send(
            () -> question.get().toCompletableFuture(),
            (reply, failure) -> complete(answer, reply, failure));
    deadlines.add(answer, call);
    return answer;
  }

  /// Blocks until the answer is there, or the call was given up.
  static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("BUG: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerUnavailableException("redis: interrupted", e);
    }
  }

  private <T> CompletableFuture<T> send(
      Supplier<CompletableFuture<T>> question, BiConsumer<@Nullable T, @Nullable Throwable> then) {
    CompletableFuture<T> call;
    if (room.tryAcquire()) {
      call = asked(question);
      call.whenComplete((_, _) -> room.release());
    } else {
      call = CompletableFuture.failedFuture(new NotSent(CROWDED));
    }
    call.whenComplete(then);
    return call;
  }

  private static <T> CompletableFuture<T> asked(Supplier<CompletableFuture<T>> question) {
    try {
      var call = question.get();
      // One that has failed already got no further than this.
      return call.isCompletedExceptionally() && !RedisFailure.isAnswer(call.exceptionNow())
          ? CompletableFuture.failedFuture(new NotSent(call.exceptionNow()))
          : call;
    } catch (RedisException e) {
      return CompletableFuture.failedFuture(new NotSent(e));
    }
  }

  /// A call that did not leave this process.
  private static final class NotSent extends RedisException {
    private static final long serialVersionUID = 1L;

    NotSent(String message) {
      super(message);
    }

    NotSent(Throwable cause) {
      super(cause);
    }
  }

  private <T> void complete(
      CompletableFuture<T> answer, @Nullable T reply, @Nullable Throwable failure) {
    if (failure == null && reply != null) {
      answeredAt = System.nanoTime();
      answer.complete(reply);
    } else if (!answer.isDone()) {
      answer.completeExceptionally(failed(failure));
    }
  }

  private LedgerUnavailableException failed(@Nullable Throwable failure) {
    if (RedisFailure.isAnswer(failure)) {
      answeredAt = System.nanoTime();
    }
    if (RedisFailure.isReadOnly(failure)) {
      link.renew();
    }
    boolean nothingBooked = failure instanceof NotSent || RedisFailure.isAnswer(failure);
    var sentence = "redis: " + RedisFailure.sentence(failure);
    tell(sentence);
    return nothingBooked
        ? LedgerUnavailableException.nothingBooked(sentence, failure)
        : new LedgerUnavailableException(sentence, failure);
  }

  /// Only here: what the callers answer for it is the same whatever it is.
  private void tell(String sentence) {
    long now = System.nanoTime();
    var last = said.get();
    var pause = sentence.equals(last.sentence()) ? SAME_EVERY : SAID_EVERY;
    if ((last.at() == 0 || now - last.at() > pause.toNanos())
        && said.compareAndSet(last, new Said(sentence, now))) {
      LOG.warn("the ledger at {} is not available: {}", url.place(), sentence);
    }
  }

  /// A machine that has lost its power closes no connection: one on which nothing comes any more,
  /// for as long as a call may take after the first that was given up, is left for another.
  private LedgerUnavailableException gaveUp(Duration timeout) {
    long now = System.nanoTime();
    var trouble = link.trouble();
    if (trouble != null || silentSince - answeredAt <= 0) {
      silentSince = now;
    } else if (now - silentSince > timeout.toNanos()) {
      link.renew();
    }
    var sentence = "redis: no answer within " + timeout + (trouble == null ? "" : ": " + trouble);
    tell(sentence);
    return LedgerUnavailableException.noAnswer(sentence, null);
  }

  /// Looks for the master anew.
  void renew() {
    link.renew();
  }

  @Override
  public void close() {
    deadlines.close();
    link.close();
  }
}
