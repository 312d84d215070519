package dev.sluice.wire.fuzz;

import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.fuzz.Frugal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What fuzzers begin with: the requests and answers that other tests have.
final class Seeds {

  private static final Path RESOURCES = Path.of("src/test/resources");

  private Seeds() {}

  static Stream<byte[]> files(String folder, String... ends) {
    try (var files = Files.walk(RESOURCES.resolve(folder))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> List.of(ends).stream().anyMatch(file.toString()::endsWith))
          .sorted()
          .map(Seeds::read)
          .filter(bytes -> bytes.length <= Frugal.INPUT_BYTES_MAX)
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What clients of OpenAI ask, or what they are answered from.
  static Stream<byte[]> clients(String folder) {
    return files("golden/client/" + folder, ".txt")
        .map(file -> new String(file, StandardCharsets.UTF_8))
        .map(file -> file.substring(0, file.indexOf("\n=== becomes\n")))
        .map(input -> input.getBytes(StandardCharsets.UTF_8));
  }

  /// A recorded request that is short.
  static byte[] recorded() {
    return RecordedTraffic.request("10-aux-title-2.1.197").http().body();
  }
}
