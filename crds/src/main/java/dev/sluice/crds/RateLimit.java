package dev.sluice.crds;

import org.jspecify.annotations.Nullable;

/// A limit on how fast, in exactly one of requests, tokens and concurrent requests. Counts of
/// tokens (`count_tokens`) are not counted.
///
/// Two rate limits of one object must not count the same in the same window.
///
/// @param requests how many requests in a window, 1 to 9007199254740992 (2^53); conflicts with the
///   other two
/// @param tokens how many tokens of all classes in a window, 1 to 9007199254740992; conflicts with
///   the other two
/// @param concurrent how many requests at once, 1 to 9007199254740992; conflicts with the other
///   two, and with `window` and `calendar`
/// @param window required with `requests` and `tokens`
/// @param calendar as a budget's; default: a window of fixed length that opens at the first use
///   after the last one ended
public record RateLimit(
    @Nullable Long requests,
    @Nullable Long tokens,
    @Nullable Long concurrent,
    BudgetSpec.@Nullable Window window,
    BudgetSpec.@Nullable Calendar calendar) {}
