package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
    return read(gateway, "VmRSS:");
  }

  /// The most that each process had since it began, or since [#forgetPeaks].
  public static ResidentMemory peaks(Process gateway) {
    return read(gateway, "VmHWM:");
  }

  /// From now on, what counts as the most begins with what is.
  public static void forgetPeaks(Process gateway) {
    for (var process : processes(gateway).toList()) {
      try {
        Files.writeString(process.resolve("clear_refs"), "5", StandardOpenOption.WRITE);
      } catch (NoSuchFileException _) {
        // As below.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static Stream<Path> processes(Process gateway) {
    return Stream.concat(Stream.of(gateway.toHandle()), gateway.descendants())
        .map(process -> Path.of("/proc", Long.toString(process.pid())));
  }

  private static ResidentMemory read(Process gateway, String line) {
    var kib = new TreeMap<String, Long>();
    processes(gateway).forEach(process -> add(kib, process, line));
    return new ResidentMemory(kib);
  }

  private static void add(Map<String, Long> kib, Path process, String name) {
    try (var status = Files.lines(process.resolve("status"))) {
      long resident =
          status
              .filter(line -> line.startsWith(name))
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
