package dev.sluice.mcp.upstream.stdio;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/// A program that runs: of this process, or of a tool host.
sealed interface Program permits Child, HostedProgram {

  InputStream out();

  InputStream err();

  OutputStream in();

  boolean alive();

  /// How it ended, for people.
  String ending() throws InterruptedException;

  /// Looks who belongs to it: who is left when it ends cannot be found any more.
  void count();

  /// Closes its input, waits for it to end by itself, and ends it and all that it started.
  void stop(Duration wait);
}
