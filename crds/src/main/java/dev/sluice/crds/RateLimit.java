package dev.sluice.crds;

import dev.sluice.crds.schema.Range;
import dev.sluice.crds.schema.Rule;
import org.jspecify.annotations.Nullable;

/// A limit on how fast, in exactly one of requests, tokens and concurrent requests. Counts of
/// tokens (`count_tokens`) are not counted.
///
/// Two rate limits of one object must not count the same in the same window.
///
/// @param requests how many requests to providers in a window, 1 to 9007199254740992 (2^53); one in
///   flight counts, one that the provider refused does not; conflicts with the other two
/// @param tokens how many tokens of all classes in a window, read, cached and written, 1 to
///   9007199254740992; conflicts with the other two
/// @param concurrent how many requests at once, 1 to 9007199254740992; conflicts with the other
///   two, and with `window` and `calendar`
/// @param window `Minute`, `Hour`, `Day`, `Week`, `Month` or `Year`; required with `requests` and
///   `tokens`
/// @param calendar as a budget's; default: a window of fixed length that opens at the first use
///   after the last one ended
@Rule(
    check = "[has(self.requests), has(self.tokens), has(self.concurrent)].exists_one(x, x)",
    message = "exactly one of requests, tokens and concurrent")
@Rule(
    check = "has(self.window) || !(has(self.requests) || has(self.tokens))",
    message = "Minute, Hour, Day, Week, Month or Year is required with requests and tokens",
    at = ".window")
@Rule(
    check = "!(has(self.concurrent) && has(self.window))",
    message = "none beside concurrent",
    at = ".window")
@Rule(
    check = "!(has(self.concurrent) && has(self.calendar))",
    message = "none beside concurrent",
    at = ".calendar")
public record RateLimit(
    @Range(min = 1, max = Range.MOST_MAX) @Nullable Long requests,
    @Range(min = 1, max = Range.MOST_MAX) @Nullable Long tokens,
    @Range(min = 1, max = Range.MOST_MAX) @Nullable Long concurrent,
    BudgetSpec.@Nullable Window window,
    BudgetSpec.@Nullable Calendar calendar) {

  /// Of a list of rate limits: no two are the same.
  static final String EACH_ONCE =
      "self.all(a, self.exists_one(b, has(a.requests) == has(b.requests)"
          + " && has(a.tokens) == has(b.tokens) && has(a.window) == has(b.window)"
          + " && (!has(a.window) || a.window == b.window)"
          + " && has(a.calendar) == has(b.calendar)"
          + " && (!has(a.calendar) || a.calendar.timeZone == b.calendar.timeZone)))";

  static final String EACH_ONCE_MESSAGE = "one limit for each measure, window and time zone";
}
