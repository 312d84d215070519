package dev.sluice.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Describes what a run was made on.
final class Machine {
  private Machine() {}

  static String describe(String envoy, Options options) {
    return """
        - processor: %s, %d cores for everything: client, upstream and gateway
        - kernel: %s
        - Envoy: %s
        - client and upstream: JDK %s
        - load of the machine over the last minute, this run included: %.1f
        - rounds: %d, 1/%d of the requests
        """
        .formatted(
            processor(),
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.version"),
            envoyVersion(envoy),
            Runtime.version(),
            ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
            options.rounds(),
            options.shrink());
  }

  private static String processor() {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String envoyVersion(String envoy) {
    try {
      var process = new ProcessBuilder(envoy, "--version").redirectErrorStream(true).start();
      try (var out = process.getInputStream()) {
        String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
        return text.substring(text.indexOf("version:") + "version:".length()).strip();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
