package dev.sluice.core.usage;

/// Where usage records go. It does not block; what is kept is written within moments.
public interface UsageSink {

  /// Keeps nothing.
  UsageSink NONE =
      new UsageSink() {
        @Override
        public void write(UsageRecord usage) {}

        @Override
        public void write(ToolRecord usage) {}
      };

  /// Keeps the record of an exchange.
  void write(UsageRecord usage);

  /// Keeps the record of a message to a server of tools.
  void write(ToolRecord usage);
}
