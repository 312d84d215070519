package dev.sluice.crds;

import dev.sluice.crds.schema.Is;
import dev.sluice.crds.schema.Text;
import org.jspecify.annotations.Nullable;

/// How full one budget is. Amounts are dollars as decimal strings, times such as
/// `2026-12-01T00:00:00Z`.
///
/// @param window `Minute`, `Hour`, `Day`, `Week`, `Month` or `Year`
/// @param kind `Rolling` or `Calendar`
/// @param limitUsd the limit, without grants
/// @param grantsUsd what the grants in force add to it
/// @param spentUsd what is posted in the window
/// @param heldUsd what requests in flight hold beside it
/// @param remainingUsd what is left: the limit and the grants, less what is spent and held
/// @param resetsAt when the budget starts anew; absent for a rolling window that has not begun
public record BudgetStatus(
    @Is(Text.REPORTED) String window,
    @Is(Text.REPORTED) String kind,
    @Is(Text.REPORTED) String limitUsd,
    @Nullable @Is(Text.REPORTED) String grantsUsd,
    @Nullable @Is(Text.REPORTED) String spentUsd,
    @Nullable @Is(Text.REPORTED) String heldUsd,
    @Nullable @Is(Text.REPORTED) String remainingUsd,
    @Nullable @Is(Text.REPORTED) String resetsAt) {}
