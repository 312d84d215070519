package dev.sluice.crds;

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
    String window,
    String kind,
    String limitUsd,
    @Nullable String grantsUsd,
    @Nullable String spentUsd,
    @Nullable String heldUsd,
    @Nullable String remainingUsd,
    @Nullable String resetsAt) {}
