package dev.sluice.core.provider;

import dev.sluice.core.policy.ObjectName;
import java.time.Instant;

/// What is left alone because it fails.
///
/// @param until then it returns, to the millisecond
/// @param returned from then on it has all of its share again, to the millisecond
public record Ejection(Target target, Instant until, Instant returned) {

  /// What can be left alone.
  public sealed interface Target {

    /// A provider, whatever it knows us by.
    record Whole(ObjectName provider) implements Target {}

    /// One of its accounts, by the name of the credential.
    record Account(String credential) implements Target {}

    /// One of its accounts for one model, which it may not use.
    record AccountOfModel(String credential, String model) implements Target {}
  }
}
