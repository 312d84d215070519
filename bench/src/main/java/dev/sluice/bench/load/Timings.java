package dev.sluice.bench.load;

/// What a load measured, in nanoseconds, each sorted: from the start of the request to the first
/// byte of the body and to its last byte, and from the sending of an event to its arrival (empty
/// but for paced streams).
public record Timings(long[] firstByte, long[] all, long[] eventDelay) {}
