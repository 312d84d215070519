package dev.sluice.standalone.fetch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The version that a program reports of itself.
record Version(int major, int minor) implements Comparable<Version> {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /// Reads it from `PROGRAM --version`; empty where the program cannot tell.
  static Optional<Version> of(Path program, Pattern pattern) throws FetchException {
    var ended = Tool.run(PATIENCE, List.of(program.toString(), "--version"));
    var match = pattern.matcher(ended.output());
    if (ended.failed() || !match.find()) {
      return Optional.empty();
    }
    return Optional.of(
        new Version(Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2))));
  }

  boolean atLeast(Version other) {
    return compareTo(other) >= 0;
  }

  @Override
  public int compareTo(Version other) {
    return major != other.major
        ? Integer.compare(major, other.major)
        : Integer.compare(minor, other.minor);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
