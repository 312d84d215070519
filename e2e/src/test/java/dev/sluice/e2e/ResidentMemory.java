package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The resident memory of a gateway's processes, in KiB by the program's name. Empty where the
/// system has no `/proc`.
public record ResidentMemory(Map<String, Long> kib) {

  /// What may come on top: heaps that take what they may have, ended holds that are remembered.
  private static final double GROWTH_MAX = 1.25;

  private static final long GROWTH_KIB = 64 << 10;

  public static ResidentMemory of(Process gateway) {
    var kib = new TreeMap<String, Long>();
    Stream.concat(Stream.of(gateway.toHandle()), gateway.descendants())
        .map(process -> Path.of("/proc", Long.toString(process.pid())))
        .forEach(process -> add(kib, process));
    return new ResidentMemory(kib);
  }

  private static void add(Map<String, Long> kib, Path process) {
    try (var status = Files.lines(process.resolve("status"))) {
      long resident =
          status
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
              .sum();
      kib.merge(Files.readString(process.resolve("comm")).strip(), resident, Long::sum);
    } catch (NoSuchFileException _) {
      // It has ended meanwhile, or there is no /proc.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Fails where a program has grown by more than what may come on top.
  public void assertGrownInBoundsSince(ResidentMemory earlier) {
    earlier
        .kib()
        .forEach(
            (program, before) ->
                assertThat(kib.getOrDefault(program, 0L))
                    .as("memory of %s, KiB", program)
                    .isLessThan((long) (before * GROWTH_MAX) + GROWTH_KIB));
  }
}
