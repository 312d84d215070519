package dev.sluice.mcp.rpc;

/// The two ways in which versions of the protocol talk.
public enum Era {
  /// From 2026-07-28: each request says by itself who asks, in which version.
  MODERN,
  /// Up to 2025-11-25: a session that starts with `initialize`.
  LEGACY
}
