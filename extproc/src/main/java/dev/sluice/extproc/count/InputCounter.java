package dev.sluice.extproc.count;

import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.decode.Dialect;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.metrics.Meters;
import dev.sluice.wire.anthropic.BodyEdit;
import dev.sluice.wire.anthropic.MalformedBodyException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the provider how many input tokens a request is. It costs no money, but a moment: only
/// where money is tight is it worth that.
public final class InputCounter {

  private static final Logger LOG = LoggerFactory.getLogger(InputCounter.class);

  private static final Duration WAIT_MAX = Duration.ofSeconds(2);
  private static final int AT_ONCE_MAX = 32;
  private static final long BYTES_AT_ONCE_MAX = 64L << 20;

  /// The provider calls its count an estimate; [Meters#countExceeded] tells where this is too
  /// little.
  private static final long MARGIN_PERCENT = 2;

  private static final long MARGIN_TOKENS = 256;

  private final TokenCounter counter;
  private final Tickets tickets;
  private final Meters meters;
  private final AtomicInteger asking = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  public InputCounter(TokenCounter counter, Tickets tickets, Meters meters) {
    this.counter = counter;
    this.tickets = tickets;
    this.meters = meters;
  }

  /// Of what is to be sent, by who will serve it: another one may have another tokenizer. Never
  /// fails.
  public CompletableFuture<Count> count(Exchange.Facts facts, Dialect dialect, Body body) {
    int calls = asking.incrementAndGet();
    long total = bytes.addAndGet(body.length());
    boolean admitted = calls <= AT_ONCE_MAX && total <= BYTES_AT_ONCE_MAX;
    var count =
        admitted
            ? ask(facts, dialect, body)
            : CompletableFuture.<Count>completedFuture(new Count.Lost());
    return count.whenComplete(
        (told, _) -> {
          asking.decrementAndGet();
          bytes.addAndGet(-body.length());
          meters.counted(word(told));
        });
  }

  private CompletableFuture<Count> ask(Exchange.Facts facts, Dialect dialect, Body body) {
    var ticket = tickets.issue(facts.key(), facts.route());
    return CompletableFuture.completedFuture(body)
        .thenApply(whole -> BodyEdit.question(whole.bytes(), whole.offset(), whole.length()))
        .thenCompose(
            asked ->
                counter.ask(new TokenCounter.Question(ticket, dialect.ofCount(), asked, WAIT_MAX)))
        .orTimeout(WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS)
        .handle(InputCounter::judged)
        .whenComplete((_, _) -> tickets.revoke(ticket));
  }

  private static Count judged(TokenCounter.@Nullable Answered answered, @Nullable Throwable why) {
    if (answered == null) {
      LOG.warn("a count of tokens was lost: {}", String.valueOf(why));
      return new Count.Lost();
    }
    int status = answered.status();
    if (status == 200) {
      return answered.estimated() ? new Count.Never() : told(answered.body());
    }
    // The call is a request of its own, and is logged as one.
    boolean forNow = status >= 500 || status == 429 || status == 408;
    return forNow ? new Count.Lost() : new Count.Never();
  }

  private static Count told(byte[] body) {
    try {
      return new Count.Counted(withMargin(BodyEdit.countedTokens(body)));
    } catch (MalformedBodyException e) {
      LOG.warn("a count of tokens cannot be read: {}", e.getMessage());
      return new Count.Never();
    }
  }

  private static String word(Count count) {
    return switch (count) {
      case Count.Counted _ -> "counted";
      case Count.Never _ -> "never";
      case Count.Lost _ -> "lost";
    };
  }

  /// What was counted, and what a bill may be above it.
  static long withMargin(long counted) {
    return counted + Math.ceilDiv(counted * MARGIN_PERCENT, 100) + MARGIN_TOKENS;
  }
}
