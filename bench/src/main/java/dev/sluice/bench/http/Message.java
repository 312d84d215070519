package dev.sluice.bench.http;

/// What was read of one HTTP message; times are of `System.nanoTime`.
public record Message(String firstLine, long bodyBytes, long firstBodyByteAt, long lastByteAt) {}
