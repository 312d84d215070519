package dev.sluice.core.usage;

/// Where usage records go.
public interface UsageSink {

  /// Keeps a record; returns once it cannot be lost by a crash of this process.
  void write(UsageRecord usage);
}
