package dev.sluice.mcp.govern;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.BudgetText;
import dev.sluice.core.budget.RateStanding;
import dev.sluice.core.budget.Standing;
import dev.sluice.core.mcp.Admissions.Admitted;
import dev.sluice.mcp.govern.hold.Holding;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// Why a call is not made.
sealed interface CallRefusal {

  /// There is none for this caller, or none at all: the two are told alike.
  record ToolUnknown(String tool) implements CallRefusal {}

  /// The tool may be there: its server cannot be asked, and what it has is not known.
  record ServerUnavailable(String server, String why) implements CallRefusal {}

  /// It was let in, and is gone since.
  record KeyUnknown() implements CallRefusal {}

  record KeySuspended(String key) implements CallRefusal {}

  record KeyExpired(String key, Instant at) implements CallRefusal {}

  /// A limit is used up.
  record LimitReached(Standing shortOf) implements CallRefusal {}

  /// What is left of a limit, others have.
  record LimitBusy(Standing shortOf) implements CallRefusal {}

  /// The key has its share of the server's attention already.
  record TooManyCalls(String key, String server, int most) implements CallRefusal {}

  record LedgerUnavailable() implements CallRefusal {}

  /// Of a key that was good when its request came in.
  ///
  /// @param present as the policy in force has it; empty where it has none
  static Optional<CallRefusal> of(Optional<Admitted> present, Instant now) {
    if (present.isEmpty()) {
      return Optional.of(new KeyUnknown());
    }
    var key = present.get().key();
    var label = key.name().label();
    if (key.suspended()) {
      return Optional.of(new KeySuspended(label));
    }
    var expiresAt = key.expiresAt();
    return expiresAt == null || now.isBefore(expiresAt)
        ? Optional.empty()
        : Optional.of(new KeyExpired(label, expiresAt));
  }

  static CallRefusal of(Holding.Denied denied) {
    return switch (denied) {
      case Holding.Exhausted(var shortOf) -> new LimitReached(shortOf);
      case Holding.Busy(var shortOf) -> new LimitBusy(shortOf);
      case Holding.LedgerAway _ -> new LedgerUnavailable();
    };
  }

  /// Its name in records and metrics; that of the like refusal of a request for a model.
  default String word() {
    return switch (this) {
      case ToolUnknown _ -> "tool_unknown";
      case ServerUnavailable _ -> "server_unavailable";
      case KeyUnknown _ -> "key_unknown";
      case KeySuspended _ -> "key_suspended";
      case KeyExpired _ -> "key_expired";
      case LimitReached(var shortOf) -> budgetOr(shortOf, "budget_exhausted", "rate_limited");
      case LimitBusy(var shortOf) -> budgetOr(shortOf, "budget_busy", "rate_busy");
      case TooManyCalls _ -> "too_many_calls";
      case LedgerUnavailable _ -> "ledger_unavailable";
    };
  }

  private static String budgetOr(Standing standing, String ofBudget, String ofRate) {
    return switch (standing) {
      case Balance _ -> ofBudget;
      case RateStanding _ -> ofRate;
    };
  }

  /// What the caller reads.
  default String sentence() {
    return switch (this) {
      case ToolUnknown(var tool) -> "Unknown tool: " + tool;
      case ServerUnavailable(var server, var why) ->
          "server %s is not available: %s; the tool has not run".formatted(server, why);
      case KeyUnknown _ -> "the key is unknown to this gateway";
      case KeySuspended(var key) -> "key " + key + " is suspended";
      case KeyExpired(var key, var at) ->
          "key " + key + " expired at " + at.truncatedTo(ChronoUnit.SECONDS);
      case LimitReached(var shortOf) ->
          switch (shortOf) {
            case Balance balance -> BudgetText.exhausted(balance, "");
            case RateStanding rate -> BudgetText.limited(rate);
          };
      case LimitBusy(var shortOf) ->
          switch (shortOf) {
            case Balance balance -> BudgetText.busy(balance);
            case RateStanding rate -> BudgetText.busy(rate);
          };
      case TooManyCalls(var key, var server, var most) ->
          "key %s has %d calls of server %s under way, as many as may be; wait until one ends"
              .formatted(key, most, server);
      case LedgerUnavailable _ -> "the gateway cannot check budgets at the moment";
    };
  }
}
