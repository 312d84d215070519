package dev.sluice.core.provider;

import dev.sluice.core.policy.ObjectName;
import java.time.Instant;

/// A provider that is left alone because it fails.
///
/// @param until then it returns, to the millisecond
/// @param returned from then on it has all of its share again, to the millisecond
public record Ejection(ObjectName provider, Instant until, Instant returned) {}
