package dev.sluice.core.refusal;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.RateStanding;
import dev.sluice.core.budget.Standing;
import dev.sluice.core.policy.Model;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Why a request does not go to a provider. Each is answered by one arm of one switch.
public sealed interface Refusal {

  /// No credential at all.
  record KeyMissing() implements Refusal {}

  /// A credential that is no virtual key. `mistyped`: it has our format, but its checksum is wrong.
  record KeyUnknown(boolean mistyped) implements Refusal {}

  /// Two different known keys in one request.
  record KeysConflict() implements Refusal {}

  record KeySuspended(String key) implements Refusal {}

  record KeyExpired(String key, Instant at) implements Refusal {}

  record PathUnknown(String method, String path) implements Refusal {}

  record BodyTooLarge(long bytesMax) implements Refusal {}

  /// `value` and `expected` name the fault: `max_tokens: 0 (expected: 1 or more)`.
  record BodyMalformed(String value, String expected) implements Refusal {}

  /// The provider's language has no word for something that the answer depends on.
  ///
  /// @param capability what the client calls it, so that it can go on without; empty where it has
  ///   no word for it
  /// @param model null where it can be said to none
  record Untranslatable(String capability, String sentence, @Nullable RefusedModel model)
      implements Refusal {}

  /// No provider of the key has the model, or no alias leads to it.
  record ModelUnknown(RefusedModel model) implements Refusal {}

  /// The key's grants or its teams do not allow the model.
  record ModelDenied(RefusedModel model, String key) implements Refusal {}

  /// The model is not for such a request.
  ///
  /// @param kind that it is of
  record KindMismatch(RefusedModel model, Model.Kind kind) implements Refusal {}

  /// `what`: the model itself, or a server tool that has no price.
  record Unpriced(RefusedModel model, String what) implements Refusal {}

  /// Spent for good: money that is posted leaves too little until the window resets.
  ///
  /// @param model null where it is spent for every model
  record BudgetExhausted(Balance balance, @Nullable RefusedModel model) implements Refusal {}

  /// Only holds of requests in flight stand in the way.
  record BudgetBusy(Balance balance) implements Refusal {}

  /// More than is left of a rate limit until its window resets.
  record RateLimited(RateStanding standing) implements Refusal {}

  /// More than a rate limit allows in a whole window.
  ///
  /// @param tokens that the request takes at least
  record RateTooSmall(RateStanding standing, long tokens) implements Refusal {}

  /// Only requests in flight stand in the way of a rate limit.
  record RateBusy(RateStanding standing) implements Refusal {}

  /// Its bytes do not fit, and the provider did not say in time how many tokens they are.
  record CountLost(Standing standing) implements Refusal {}

  /// The provider failed, and no other can serve the request.
  record NoneLeft() implements Refusal {}

  /// The bodies held at once have reached their limit.
  record BuffersFull() implements Refusal {}

  record LedgerUnavailable(Duration away) implements Refusal {}

  /// The gateway is shutting down.
  record Draining() implements Refusal {}
}
