package dev.sluice.extproc.watch;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.RateStanding;
import dev.sluice.core.budget.Standing;
import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.answer.RefusalAnswers;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.decode.Dialect;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.reserve.Reserver;
import dev.sluice.ledger.Extension;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.wire.anthropic.MessagesRequest;
import dev.sluice.wire.anthropic.MessagesRequest.ServerTools;
import dev.sluice.wire.anthropic.answer.AnswerReader;
import dev.sluice.wire.anthropic.estimate.CutEstimator;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One answer that is watched: its hold is extended ahead of it, and nothing passes that the hold
/// does not pay for. Where it cannot be extended, the answer ends within it, with a sentence.
///
/// What was written is estimated as [CutEstimator] will settle it if the answer is cut here: never
/// too low, with what the provider writes until it notices.
///
/// An answer passes in whole events only, so that the sentence can follow any of them.
public final class Watch {

  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

  /// With so much paid for but not written, more is asked for: a busy budget, or a slow ledger, has
  /// some seconds.
  static final long AHEAD_TOKENS = 1_024;

  /// With less, the answer ends: more than what comes at once, even after a stall of the network.
  static final long MARGIN_TOKENS = 256;

  /// After a budget was busy, or the ledger away.
  private static final Duration PAUSE = Duration.ofMillis(100);

  /// After the last event, for the end to be told. Envoy does not tell that of an answer which it
  /// has decompressed: the trailers that it adds get lost.
  private static final Executor AFTER_LAST_EVENT =
      CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

  /// Of events that are not complete, or not paid for yet.
  private static final int KEPT_BYTES_MAX = 1 << 20;

  /// With this beta the provider tells how much was thought out of sight.
  private static final String TELLS_THINKING = "thinking-token-count-";

  private final Watcher watcher;
  private final Exchange exchange;
  private final Slices slices;
  private final AnswerReader reader = new AnswerReader();
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private @Nullable Passage passage;
  private @Nullable Refusal refusal;
  private int complete;
  private boolean torn;
  private boolean asking;
  private boolean ending;
  private boolean refusedForGood;
  private boolean over;
  private long begunAt;
  private long inSightAt;
  private long askAgainAt;

  Watch(Watcher watcher, Exchange exchange, Slices slices) {
    this.watcher = watcher;
    this.exchange = exchange;
    this.slices = slices;
  }

  /// Whether all that is written for a request shows while it is written.
  public static boolean canWatch(MessagesRequest request, Dialect dialect) {
    var betas = dialect.betas();
    boolean told = betas != null && betas.contains(TELLS_THINKING);
    return request.stream()
        && request.serverTools().equals(ServerTools.NONE)
        && (told || !request.thinking().hidden());
  }

  /// The provider answers.
  ///
  /// @return whether its parts are to be shown
  public synchronized boolean begins(AnswerHead head, Passage to) {
    passage = to;
    begunAt = System.nanoTime();
    inSightAt = begunAt;
    askAgainAt = begunAt;
    watcher.meters().watched();
    return head.isReadableStream();
  }

  /// A part of the answer.
  public synchronized void read(Body part, boolean last) {
    if (over) {
      return;
    }
    int whole = reader.read(part.bytes(), part.offset(), part.length());
    if (whole > 0) {
      complete = kept.size() + whole;
    }
    if (reader.ended() && !ending) {
      ending = true;
      AFTER_LAST_EVENT.execute(this::endUntold);
    }
    kept.write(part.bytes(), part.offset(), part.length());
    if (last) {
      pass(kept.size(), true);
      over = true;
    } else {
      decide();
    }
  }

  private synchronized void endUntold() {
    if (!over) {
      over = true;
      pass(kept.size(), true);
    }
  }

  /// The answer has ended, with trailers.
  ///
  /// @return false where it was ended here before
  public synchronized boolean ends() {
    if (over) {
      return false;
    }
    pass(kept.size(), false);
    over = true;
    return true;
  }

  /// Nobody listens any more.
  public synchronized void leave() {
    over = true;
  }

  private void decide() {
    long written = reader.finished() ? 0 : written();
    exchange.written(written);
    boolean paid =
        slices.isComplete() || reader.finished() || written + MARGIN_TOKENS <= slices.paidTokens();
    if (paid) {
      torn |= complete == 0 && kept.size() > KEPT_BYTES_MAX;
      pass(torn ? kept.size() : complete, false);
    }
    boolean wanted =
        !slices.isComplete() && !reader.finished() && written + AHEAD_TOKENS > slices.paidTokens();
    if (wanted && !asking && !refusedForGood && System.nanoTime() - askAgainAt >= 0) {
      ask(written + MARGIN_TOKENS);
    } else if (!paid && (!asking || kept.size() > KEPT_BYTES_MAX)) {
      cut(written);
    }
  }

  private long written() {
    var visible = reader.visible();
    long now = System.nanoTime();
    if (visible.open() < 0) {
      inSightAt = now;
    }
    var cut =
        new CutEstimator.Cut(
            visible,
            Duration.ofNanos(now - begunAt),
            Duration.ofNanos(now - inSightAt),
            visible.bytes());
    return watcher.estimator().outputTokens(exchange.facts().route().model().name(), cut);
  }

  private void pass(int bytes, boolean last) {
    if (bytes == 0 && !last) {
      return;
    }
    var all = kept.toByteArray();
    kept.reset();
    kept.write(all, bytes, all.length - bytes);
    complete = 0;
    to().pass(bytes == all.length ? all : Arrays.copyOf(all, bytes), last);
  }

  private Passage to() {
    if (passage == null) {
      throw new IllegalStateException("BUG: an answer without a head");
    }
    return passage;
  }

  private void ask(long needed) {
    asking = true;
    var _ = slices.ask(needed).whenComplete(this::answered);
  }

  private synchronized void answered(@Nullable Extension extension, @Nullable Throwable failure) {
    asking = false;
    try {
      take(extension, failure);
      if (!over) {
        decide();
      }
    } catch (RuntimeException e) {
      LOG.error("request {}: its answer cannot be watched", exchange.facts().requestId(), e);
      over = true;
      to().fail();
    }
  }

  private void take(@Nullable Extension extension, @Nullable Throwable failure) {
    if (extension == null) {
      lost(failure);
      return;
    }
    switch (extension) {
      case Extension.Extended(var granted, _) -> {
        exchange.extend(slices.grow(granted));
        watcher.meters().extended("extended");
      }
      case Extension.Busy(var shortOf) -> {
        refuse("busy", Reserver.busy(shortOf));
      }
      case Extension.Exhausted(var shortOf) -> {
        refusedForGood = true;
        refuse("exhausted", exhausted(shortOf));
      }
      case Extension.Ended _ -> {
        refusedForGood = true;
        refuse("ended", new Refusal.LedgerUnavailable(Duration.ZERO));
      }
    }
  }

  private static Refusal exhausted(Standing shortOf) {
    return switch (shortOf) {
      case Balance balance -> new Refusal.BudgetExhausted(balance, null);
      case RateStanding rate -> new Refusal.RateLimited(rate);
    };
  }

  private void lost(@Nullable Throwable failure) {
    var cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (!(cause instanceof LedgerUnavailableException)) {
      throw new IllegalStateException("BUG: an extension failed", cause);
    }
    refuse("lost", new Refusal.LedgerUnavailable(Duration.ZERO));
  }

  private void refuse(String outcome, Refusal why) {
    refusal = why;
    askAgainAt = System.nanoTime() + PAUSE.toNanos();
    watcher.meters().extended(outcome);
  }

  /// What has come is billed, and passes; the sentence follows.
  private void cut(long written) {
    over = true;
    var why = refusal == null ? new Refusal.LedgerUnavailable(Duration.ZERO) : refusal;
    var kind = RefusalAnswers.word(why);
    var requestId = exchange.facts().requestId();
    if (written > slices.paidTokens()) {
      LOG.warn(
          "request {}: {} tokens were written (expected: {})",
          requestId,
          written,
          slices.paidTokens());
      exchange.extend(slices.outrun(written));
    }
    watcher.meters().cut(kind);
    LOG.info("request {}: its answer ends within its hold: {}", requestId, kind);
    var last = new ByteArrayOutputStream();
    last.write(kept.toByteArray(), 0, complete);
    last.writeBytes(torn ? new byte[] {'\n', '\n'} : new byte[0]);
    last.writeBytes("event: error\ndata: ".getBytes(StandardCharsets.UTF_8));
    last.writeBytes(watcher.answers().of(why, requestId).body());
    last.writeBytes(new byte[] {'\n', '\n'});
    kept.reset();
    to().pass(last.toByteArray(), true);
  }
}
