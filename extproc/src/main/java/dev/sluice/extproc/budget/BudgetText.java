package dev.sluice.extproc.budget;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Limit;
import dev.sluice.core.budget.Period;
import dev.sluice.core.budget.RateStanding;
import dev.sluice.core.budget.Window;
import dev.sluice.core.money.NanoUsd;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Says in one sentence which budget is short, of how much, and until when.
public final class BudgetText {

  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("MMM d, HH:mm", Locale.ENGLISH);
  private static final NanoUsd DOLLAR = NanoUsd.parse("1");

  private BudgetText() {}

  /// For a budget whose posted money leaves too little.
  public static String exhausted(Balance balance) {
    var budget = balance.budget();
    boolean usedUp = balance.posted().compareTo(balance.ceiling()) >= 0;
    var verdict = usedUp ? " used up: " : " has too little left for this request: ";
    var of = money(balance.posted(), balance) + " of " + limit(balance);
    return "Budget of " + owner(budget) + verdict + of + (usedUp ? "" : " used") + resets(balance);
  }

  /// For a budget that only requests in flight hold.
  public static String busy(Balance balance) {
    return "Budget of "
        + owner(balance.budget())
        + " is held by requests in flight: try again in a moment";
  }

  /// For a budget that the request may fit, if its tokens were known.
  public static String countLost(Balance balance) {
    return "Budget of "
        + owner(balance.budget())
        + " is nearly used up, and the provider did not say in time how many tokens this request"
        + " is: try again in a moment";
  }

  /// For a rate that is used up, or that requests in flight hold.
  public static String limited(RateStanding standing) {
    var limit = standing.limit();
    var what =
        switch (limit.measure()) {
          case REQUESTS -> limit.most() + " requests";
          case TOKENS -> limit.most() + " tokens";
          case CONCURRENT -> limit.most() + " requests at once";
          case USD -> throw new IllegalStateException("BUG: money is no rate");
        };
    return "Rate limit of " + owner(limit) + " is reached: " + what + each(limit.window());
  }

  private static String owner(Limit budget) {
    return switch (budget.level()) {
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
    return money(balance.ceiling(), balance) + each(balance.budget().window());
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
    return at == null ? "" : " · resets " + moment(at, balance.budget());
  }

  private static String moment(Instant at, Budget budget) {
    var zone = zone(budget.window());
    boolean fine = budget.window().period() == Period.MINUTE;
    var format = fine ? DateTimeFormatter.ofPattern("MMM d, HH:mm:ss", Locale.ENGLISH) : MOMENT;
    return format.format(at.atZone(zone))
        + " ("
        + (zone.equals(ZoneOffset.UTC) ? "UTC" : zone)
        + ")";
  }

  private static ZoneId zone(Window.Recurring window) {
    return switch (window) {
      case Window.Calendar calendar -> calendar.zone();
      case Window.Rolling _ -> ZoneOffset.UTC;
    };
  }
}
