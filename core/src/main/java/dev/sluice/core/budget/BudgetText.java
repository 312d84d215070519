package dev.sluice.core.budget;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.policy.ObjectName;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Says in one sentence which limit is short, of how much, and until when.
public final class BudgetText {

  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("MMM d, HH:mm", Locale.ENGLISH);
  private static final DateTimeFormatter FINE_MOMENT =
      DateTimeFormatter.ofPattern("MMM d, HH:mm:ss", Locale.ENGLISH);
  private static final String IN_FLIGHT = " is held by requests in flight: try again in a moment";
  private static final NanoUsd DOLLAR = NanoUsd.parse("1");

  private BudgetText() {}

  /// For a budget whose posted money leaves too little.
  ///
  /// @param model that the request is for, in brackets, where the client may think of another one;
  ///   else empty
  public static String exhausted(Balance balance, String model) {
    var budget = balance.budget();
    boolean usedUp = balance.posted().compareTo(balance.ceiling()) >= 0;
    var gone = budget.level().caps() ? " is used up: " : " used up: ";
    var verdict = usedUp ? gone : " has too little left for this request" + model + ": ";
    var of = money(balance.posted(), balance) + " of " + limit(balance);
    return subject(budget) + verdict + of + (usedUp ? "" : " used") + resets(balance);
  }

  /// For a budget that only requests in flight hold.
  public static String busy(Balance balance) {
    return subject(balance.budget())
        + IN_FLIGHT
        + " ("
        + money(balance.posted(), balance)
        + " of "
        + limit(balance)
        + " used, "
        + money(balance.held(), balance)
        + " held"
        + resets(balance)
        + ")";
  }

  /// For a limit that the request may fit, if its tokens were known.
  public static String countLost(Standing standing) {
    return subject(standing.limit())
        + " is nearly used up, and the provider did not say in time how many tokens this request"
        + " is: try again in a moment";
  }

  /// For a rate that is used up until its window resets.
  public static String limited(RateStanding standing) {
    var limit = standing.limit();
    var at = standing.resetsAt();
    boolean usedUp = standing.remaining() == 0;
    return subject(limit)
        + (usedUp ? " is reached: " : " has too little left for this request: ")
        + (usedUp ? "" : standing.posted() + " of ")
        + allowed(limit)
        + (usedUp ? "" : " used")
        + (at == null ? "" : " · resets " + moment(at, limit.window()));
  }

  /// For a rate that only requests in flight hold.
  public static String busy(RateStanding standing) {
    return subject(standing.limit()) + " (" + allowed(standing.limit()) + ")" + IN_FLIGHT;
  }

  /// For a rate that is too small for the request.
  public static String tooSmall(RateStanding standing, long tokens) {
    var limit = standing.limit();
    return subject(limit)
        + " is too small for this request: "
        + allowed(limit)
        + ", and it may take "
        + tokens;
  }

  private static String allowed(RateLimit limit) {
    var plural = limit.most() == 1 ? "" : "s";
    var what =
        switch (limit.measure()) {
          case REQUESTS -> " request" + plural;
          case TOKENS -> " token" + plural;
          case CONCURRENT -> " request" + plural + " at once";
          case USD -> throw new IllegalStateException("BUG: money is no rate");
        };
    return limit.most() + what + each(limit.window());
  }

  /// Which limit it is: `Budget of key alice`.
  public static String subject(Limit limit) {
    var what =
        switch (limit) {
          case RateLimit _ -> "Rate limit of ";
          case Budget _ -> limit.level().caps() ? "Cap of " : "Budget of ";
        };
    return what + owner(limit);
  }

  /// What carries it: `key alice`.
  public static String owner(Limit budget) {
    return switch (budget.level()) {
      case SESSION, AGENT -> {
        // See Cap: namespace, kind and name of the object, of a team the key, and what is capped.
        var parts = budget.owner().split("/", -1);
        var run = parts[parts.length - 1];
        var of = parts[1].equals("team") ? new ObjectName(parts[0], parts[2]).label() : parts[2];
        yield budget.level().word() + " " + run + " of " + parts[1] + " " + of;
      }
      case KEY -> "key " + budget.name();
      case TEAM -> "team " + budget.name();
      case PROVIDER -> "provider " + budget.name();
      case PROVIDER_CONFIG -> {
        int slash = budget.name().indexOf('/');
        yield "key "
            + budget.name().substring(0, slash)
            + " at provider "
            + budget.name().substring(slash + 1);
      }
    };
  }

  private static String limit(Balance balance) {
    var budget = balance.budget();
    return money(balance.ceiling(), balance) + (budget.level().caps() ? "" : each(budget.window()));
  }

  private static String each(Window window) {
    return switch (window) {
      case Window.Endless _ -> "";
      case Window.Recurring recurring ->
          switch (recurring.period()) {
            case MINUTE -> " a minute";
            case HOUR -> " an hour";
            case DAY -> " a day";
            case WEEK -> " a week";
            case MONTH -> " a month";
            case YEAR -> " a year";
          };
    };
  }

  /// In cents, or finer where the limit is small; rounded down, so that what is left shows.
  private static String money(NanoUsd amount, Balance balance) {
    int places = balance.ceiling().compareTo(DOLLAR) >= 0 ? 2 : 6;
    var rounded = BigDecimal.valueOf(amount.nanos(), 9).setScale(places, RoundingMode.DOWN);
    var plain = rounded.stripTrailingZeros();
    return "$" + (plain.scale() <= 0 ? plain.setScale(0) : rounded(plain)).toPlainString();
  }

  /// Cents have two digits.
  private static BigDecimal rounded(BigDecimal amount) {
    return amount.setScale(Math.max(amount.scale(), 2), RoundingMode.UNNECESSARY);
  }

  private static String resets(Balance balance) {
    var at = balance.resetsAt();
    return at == null || balance.budget().level().caps()
        ? ""
        : " · resets " + moment(at, balance.budget().window());
  }

  private static String moment(Instant at, Window window) {
    var zone = zone(window);
    boolean fine =
        window instanceof Window.Recurring recurring && recurring.period() == Period.MINUTE;
    var format = fine ? FINE_MOMENT : MOMENT;
    return format.format(at.atZone(zone))
        + " ("
        + (zone.equals(ZoneOffset.UTC) ? "UTC" : zone)
        + ")";
  }

  private static ZoneId zone(Window window) {
    return switch (window) {
      case Window.Calendar calendar -> calendar.zone();
      case Window.Rolling _, Window.Endless _ -> ZoneOffset.UTC;
    };
  }
}
