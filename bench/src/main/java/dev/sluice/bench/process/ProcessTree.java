package dev.sluice.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A process and its descendants, as `/proc` shows them.
public record ProcessTree(ProcessHandle root) {
  /// The kernel reports CPU time in these units, whatever its own tick is.
  private static final long MICROS_PER_TICK = 10_000;

  /// User and system time since the start of each part, in microseconds.
  public Map<Role, Long> cpuMicros() {
    return sum(ProcessTree::cpuMicros);
  }

  /// Resident memory of each part, in KiB.
  public Map<Role, Long> residentKib() {
    return sum(ProcessTree::residentKib);
  }

  private Map<Role, Long> sum(Figure figure) {
    var sums = new EnumMap<Role, Long>(Role.class);
    Stream.concat(Stream.of(root), root.descendants())
        .forEach(
            process ->
                role(process)
                    .ifPresent(role -> sums.merge(role, figure.of(process.pid()), Long::sum)));
    return sums;
  }

  private static Optional<Role> role(ProcessHandle process) {
    String name = read(process.pid(), "comm").strip();
    if (name.startsWith("envoy")) {
      return Optional.of(Role.ENVOY);
    }
    if (name.startsWith("java")) {
      return Optional.of(Role.JVM);
    }
    boolean redis = name.startsWith("redis") || name.startsWith("valkey");
    return redis ? Optional.of(Role.REDIS) : Optional.empty();
  }

  private static long cpuMicros(long pid) {
    String stat = read(pid, "stat");
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MICROS_PER_TICK;
  }

  private static long residentKib(long pid) {
    return read(pid, "status")
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  private static String read(long pid, String file) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Figure {
    long of(long pid);
  }
}
