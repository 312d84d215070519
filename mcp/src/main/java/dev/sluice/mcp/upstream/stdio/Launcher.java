package dev.sluice.mcp.upstream.stdio;

import java.nio.file.Path;

/// Where programs are started.
public sealed interface Launcher {

  /// As children of this process.
  record Children() implements Launcher {}

  /// By a tool host.
  ///
  /// @param socket on which it listens
  record Host(Path socket) implements Launcher {}

  /// Nowhere: whoever runs this gateway wants none.
  record Nowhere() implements Launcher {}
}
