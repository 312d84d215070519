package dev.sluice.e2e.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// What a JVM holds on to: the bytes of its heap that are left after a full collection.
final class LiveHeap {

  private LiveHeap() {}

  static long bytes(Process jvm) {
    var command = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    try {
      var process =
          new ProcessBuilder(command, Long.toString(jvm.pid()), "GC.class_histogram")
              .redirectErrorStream(true)
              .start();
      var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      // Its last line: Total, objects, bytes.
      return text.lines()
          .filter(line -> line.startsWith("Total"))
          .map(line -> Long.parseLong(line.strip().split("\\s+")[2]))
          .findFirst()
          .orElseThrow(() -> new AssertionError(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
