package dev.sluice.standalone.fetch;

/// Lines for the person who waits; on standard error, because standard output is the result.
final class Progress {

  private Progress() {}

  static void say(String line) {
    System.err.println("sluice: " + line);
  }
}
