package dev.sluice.extproc.answer;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.BudgetText;
import dev.sluice.core.budget.RateStanding;
import dev.sluice.core.policy.Model;
import dev.sluice.core.refusal.Refusal;
import dev.sluice.core.refusal.RefusedModel;
import dev.sluice.extproc.budget.BudgetHeaders;
import dev.sluice.extproc.reply.Answer;
import dev.sluice.extproc.reply.Answers;
import dev.sluice.extproc.reply.Answers.ErrorText;
import dev.sluice.extproc.reply.Header;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/// Refusals as HTTP: what the client is told, and whether it should try again.
///
/// Claude Code retries for three minutes what is not marked as final, and loses the text of some
/// statuses; hence the choice of statuses and types.
public final class RefusalAnswers {

  private static final Header FINAL = new Header("x-should-retry", "false");
  private static final Duration BUSY_RETRY = Duration.ofSeconds(2);
  private static final Duration LEDGER_RETRY = Duration.ofSeconds(10);
  private static final Duration NONE_LEFT_RETRY = Duration.ofSeconds(5);
  private static final int PATH_SHOWN_MAX = 100;

  private final InstantSource clock;
  private final Duration ledgerAwayMax;

  /// @param ledgerAwayMax after which clients are told to stop trying
  public RefusalAnswers(InstantSource clock, Duration ledgerAwayMax) {
    this.clock = clock;
    this.ledgerAwayMax = ledgerAwayMax;
  }

  public Answer of(Refusal refusal, String requestId) {
    return Answers.error(requestId, text(refusal), headers(refusal), details(refusal));
  }

  /// The status and the sentence.
  public static ErrorText text(Refusal refusal) {
    return switch (refusal) {
      case Refusal.KeyMissing _ ->
          unauthenticated("no key (expected: a virtual key as bearer token)");
      case Refusal.KeyUnknown(boolean mistyped) ->
          unauthenticated(
              mistyped
                  ? "the key is mistyped (expected: its checksum to match)"
                  : "the key is unknown to this gateway");
      case Refusal.KeysConflict _ -> unauthenticated("two different keys (expected: one)");
      case Refusal.KeySuspended(var key) -> unauthenticated("key " + key + " is suspended");
      case Refusal.KeyExpired(var key, var at) ->
          unauthenticated("key " + key + " expired at " + at.truncatedTo(ChronoUnit.SECONDS));
      case Refusal.PathUnknown(var method, var path) ->
          new ErrorText(
              404,
              "not_found_error",
              method + " " + shown(path, PATH_SHOWN_MAX) + " is not served by this gateway");
      case Refusal.BodyTooLarge(long bytesMax) ->
          new ErrorText(
              413,
              "request_too_large",
              "the request's body is too large (expected: " + bytesMax + " bytes or less)");
      case Refusal.BodyMalformed(var value, var expected) ->
          new ErrorText(400, "invalid_request_error", value + " (expected: " + expected + ")");
      case Refusal.Untranslatable(var capability, var sentence, var model) ->
          capability.isEmpty()
              ? blocked(
                  model != null && model.isOther() ? model.label() + ": " + sentence : sentence)
              : new ErrorText(400, "invalid_request_error", "capability_rejected: " + capability);
      case Refusal.ModelUnknown(var model) ->
          blocked(model.label() + " is not known to this gateway");
      case Refusal.ModelDenied(var model, var key) ->
          blocked(model.label() + " is not allowed for key " + key);
      case Refusal.KindMismatch(var model, var kind) -> blocked(mismatch(model, kind));
      case Refusal.Unpriced(var model, var what) ->
          blocked(what + " has no price at this gateway" + of(model));
      case Refusal.BudgetExhausted(var balance, var model) ->
          new ErrorText(
              429,
              "billing_error",
              BudgetText.exhausted(balance, model != null && model.isOther() ? of(model) : ""));
      case Refusal.BudgetBusy(var balance) ->
          new ErrorText(429, "rate_limit_error", BudgetText.busy(balance));
      case Refusal.RateLimited(var standing) ->
          new ErrorText(429, "rate_limit_error", BudgetText.limited(standing));
      case Refusal.RateBusy(var standing) ->
          new ErrorText(429, "rate_limit_error", BudgetText.busy(standing));
      case Refusal.RateTooSmall(var standing, long tokens) ->
          blocked(BudgetText.tooSmall(standing, tokens));
      case Refusal.CountLost(var standing) ->
          new ErrorText(429, "rate_limit_error", BudgetText.countLost(standing));
      case Refusal.NoneLeft _ -> unavailable("the provider failed, and no other could serve");
      case Refusal.BuffersFull _ -> unavailable("the gateway holds too many requests at once");
      case Refusal.LedgerUnavailable _ ->
          unavailable("the gateway cannot check budgets at the moment");
      case Refusal.Draining _ -> unavailable("the gateway is shutting down");
    };
  }

  private static String of(RefusedModel model) {
    return " (" + model.label() + ")";
  }

  private static String mismatch(RefusedModel model, Model.Kind kind) {
    var shown = model.label();
    return switch (kind) {
      case EMBEDDING -> shown + " makes embeddings, no answers (expected: POST /v1/embeddings)";
      case TEXT -> shown + " makes no embeddings (expected: a model of kind Embedding)";
    };
  }

  private List<Header> headers(Refusal refusal) {
    return switch (refusal) {
      case Refusal.KeyMissing _,
          Refusal.KeyUnknown _,
          Refusal.KeysConflict _,
          Refusal.KeySuspended _,
          Refusal.KeyExpired _,
          Refusal.PathUnknown _,
          Refusal.BodyTooLarge _,
          Refusal.BodyMalformed _,
          Refusal.ModelUnknown _,
          Refusal.ModelDenied _,
          Refusal.KindMismatch _,
          Refusal.Unpriced _,
          Refusal.RateTooSmall _ ->
          List.of(FINAL);
      case Refusal.Untranslatable(var capability, _, _) ->
          capability.isEmpty() ? List.of(FINAL) : List.of();
      case Refusal.BudgetExhausted(var balance, _) -> exhausted(balance);
      case Refusal.BudgetBusy _, Refusal.RateBusy _, Refusal.CountLost _ ->
          List.of(retryAfter(BUSY_RETRY.toSeconds()));
      case Refusal.RateLimited(var standing) -> List.of(retryAfter(limited(standing)));
      case Refusal.NoneLeft _ -> List.of(retryAfter(NONE_LEFT_RETRY.toSeconds()));
      case Refusal.BuffersFull _, Refusal.Draining _ -> List.of(retryAfter(1));
      case Refusal.LedgerUnavailable(var away) -> {
        var retry = retryAfter(LEDGER_RETRY.toSeconds());
        yield away.compareTo(ledgerAwayMax) > 0 ? List.of(retry, FINAL) : List.of(retry);
      }
    };
  }

  private List<Header> exhausted(Balance balance) {
    var headers = new ArrayList<Header>();
    headers.add(FINAL);
    var resetsAt = balance.resetsAt();
    if (resetsAt != null && !balance.budget().level().caps()) {
      headers.add(retryAfter(secondsUntil(resetsAt)));
    }
    headers.addAll(BudgetHeaders.rejected(balance));
    return headers;
  }

  /// Until the window ends: one that is not open has all of its limit left.
  private long limited(RateStanding standing) {
    var resetsAt = standing.resetsAt();
    return resetsAt == null ? BUSY_RETRY.toSeconds() : secondsUntil(resetsAt);
  }

  private long secondsUntil(Instant instant) {
    long millis = Duration.between(clock.instant(), instant).toMillis();
    return Math.max(1, Math.ceilDiv(millis, 1_000L));
  }

  private static Header retryAfter(long seconds) {
    return new Header("retry-after", Long.toString(seconds));
  }

  private static ErrorText unauthenticated(String message) {
    return new ErrorText(401, "authentication_error", message);
  }

  private static ErrorText blocked(String message) {
    return new ErrorText(400, "policy_blocked", message);
  }

  private static ErrorText unavailable(String message) {
    return new ErrorText(503, "api_error", message);
  }

  private static String shown(String text, int charsMax) {
    return text.length() <= charsMax ? text : text.substring(0, charsMax) + "...";
  }

  /// The refusal's name in Envoy's log, in our log and in metrics: `budget_exhausted`.
  public static String word(Refusal refusal) {
    return switch (refusal) {
      case Refusal.KeyMissing _ -> "key_missing";
      case Refusal.KeyUnknown _ -> "key_unknown";
      case Refusal.KeysConflict _ -> "keys_conflict";
      case Refusal.KeySuspended _ -> "key_suspended";
      case Refusal.KeyExpired _ -> "key_expired";
      case Refusal.PathUnknown _ -> "path_unknown";
      case Refusal.BodyTooLarge _ -> "body_too_large";
      case Refusal.BodyMalformed _ -> "body_malformed";
      case Refusal.Untranslatable _ -> "untranslatable";
      case Refusal.ModelUnknown _ -> "model_unknown";
      case Refusal.ModelDenied _ -> "model_denied";
      case Refusal.KindMismatch _ -> "kind_mismatch";
      case Refusal.Unpriced _ -> "unpriced";
      case Refusal.BudgetExhausted _ -> "budget_exhausted";
      case Refusal.BudgetBusy _ -> "budget_busy";
      case Refusal.RateLimited _ -> "rate_limited";
      case Refusal.RateBusy _ -> "rate_busy";
      case Refusal.RateTooSmall _ -> "rate_too_small";
      case Refusal.CountLost _ -> "count_lost";
      case Refusal.NoneLeft _ -> "none_left";
      case Refusal.BuffersFull _ -> "buffers_full";
      case Refusal.LedgerUnavailable _ -> "ledger_unavailable";
      case Refusal.Draining _ -> "draining";
    };
  }

  private static String details(Refusal refusal) {
    return "sluice_" + word(refusal);
  }
}
