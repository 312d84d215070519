package dev.sluice.mcp.sandbox;

/// What a run has printed so far. Written by the run's thread, read when it is over.
final class Printed {
  private final StringBuilder lines = new StringBuilder();
  private final long bytesMax;
  private long bytes;

  Printed(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /// Whether so much more would be too much; it is counted if not.
  synchronized boolean takes(long more) {
    if (bytes + more > bytesMax) {
      return false;
    }
    bytes += more;
    return true;
  }

  synchronized void add(String line) {
    lines.append(line).append('\n');
  }

  synchronized String text() {
    return lines.toString();
  }
}
