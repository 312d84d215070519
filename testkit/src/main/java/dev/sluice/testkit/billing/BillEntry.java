package dev.sluice.testkit.billing;

import java.math.BigDecimal;

/// One line of the bill.
///
/// @param status the HTTP status, 0 where none was sent
/// @param usd exact, never rounded
/// @param bytesSent of the answer's body, as encoded
public record BillEntry(
    String requestId,
    String model,
    int status,
    Outcome outcome,
    Usage usage,
    BigDecimal usd,
    long bytesSent) {}
