package dev.sluice.testkit.provider;

/// Something in a request that no provider should ever see.
public record Violation(String requestId, String problem) {}
