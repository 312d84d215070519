package dev.sluice.crds;

import dev.sluice.crds.schema.Is;
import dev.sluice.crds.schema.Text;
import org.jspecify.annotations.Nullable;

/// A limit on what may be spent in each window.
///
/// Two budgets of one object must not have the same window, period and time zone.
///
/// @param limitUsd dollars as a decimal string, `"0"` to `"9007199.254740992"` (2^53 nano-dollars),
///   at most nine decimal places; required
/// @param window `Minute`, `Hour`, `Day`, `Week`, `Month` or `Year`; required
/// @param calendar aligns the window to the calendar of a time zone; default: a window of fixed
///   length (a Month is 30 days, a Year 365) that opens at the first use after the last one ended
public record BudgetSpec(
    @Is(Text.DOLLARS) String limitUsd, Window window, @Nullable Calendar calendar) {

  /// Of a list of budgets: no two are the same.
  static final String EACH_ONCE =
      "self.all(a, self.exists_one(b, a.window == b.window"
          + " && has(a.calendar) == has(b.calendar)"
          + " && (!has(a.calendar) || a.calendar.timeZone == b.calendar.timeZone)))";

  static final String EACH_ONCE_MESSAGE = "one budget for each window and time zone";

  /// The length of a window. The constants are spelled as in manifests.
  public enum Window {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year
  }

  /// @param timeZone a name of the IANA time zone database such as `Europe/Berlin`, or `UTC`;
  ///   required. Weeks start on Monday, and daylight saving time is respected
  public record Calendar(@Is(Text.TIME_ZONE) String timeZone) {}
}
