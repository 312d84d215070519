package dev.sluice.crds;

import org.jspecify.annotations.Nullable;

/// A limit on how fast, in exactly one of requests, tokens and concurrent requests.
///
/// @param requests how many requests in a window; 1 or more; conflicts with the other two
/// @param tokens how many tokens of all classes in a window; 1 or more
/// @param concurrent how many requests at once; 1 or more; conflicts with `window`
/// @param window required with `requests` and `tokens`
public record RateLimit(
    @Nullable Long requests,
    @Nullable Long tokens,
    @Nullable Long concurrent,
    BudgetSpec.@Nullable Window window) {}
