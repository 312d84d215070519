package dev.sluice.core.usage;

/// Where usage records go.
public interface UsageSink {

  /// Keeps a record; does not block. What is kept is written within moments.
  void write(UsageRecord usage);
}
