package dev.sluice.wire.anthropic.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Files of inputs and what becomes of them; `-Dgolden=write` writes the latter.
final class Golden {

  private static final Path FOLDER = Path.of("src/test/resources/message");

  private Golden() {}

  static List<Path> inputs(String folder) {
    try (var files = Files.list(FOLDER.resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// @param name of the file below the folder
  static void check(String name, String actual) {
    check(FOLDER.resolve(name), actual);
  }

  static void check(Path file, String actual) {
    try {
      if ("write".equals(System.getProperty("golden"))) {
        Files.createDirectories(file.getParent());
        Files.writeString(file, actual);
      }
      assertThat(actual).as("%s", file).isEqualTo(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The file beside an input, with what becomes of it.
  static Path beside(Path input, String ending) {
    return input.resolveSibling(input.getFileName().toString().replace(".json", ending));
  }
}
