package dev.sluice.wire.openai.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// Files with an input and, below a line, what it becomes: `-Dgolden=write` writes the second part.
public final class GoldenFiles {

  private static final Path FOLDER = Path.of("src/test/resources/golden/client");
  private static final String LINE = "\n=== becomes\n";

  private GoldenFiles() {}

  /// A test for each file of a folder.
  public static Stream<DynamicTest> of(String folder, UnaryOperator<String> translation) {
    try (var files = Files.list(FOLDER.resolve(folder))) {
      var sorted = files.sorted().toList();
      assertThat(sorted).isNotEmpty();
      return sorted.stream()
          .map(
              file ->
                  DynamicTest.dynamicTest(
                      file.getFileName().toString(), () -> check(file, translation)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void check(Path file, UnaryOperator<String> translation) throws IOException {
    var text = Files.readString(file);
    int line = text.indexOf(LINE);
    var input = line < 0 ? text.stripTrailing() + "\n" : text.substring(0, line);
    var told = input + LINE + translation.apply(input).stripTrailing() + "\n";
    if ("write".equals(System.getProperty("golden"))) {
      Files.writeString(file, told);
    }
    assertThat(told).as(file.toString()).isEqualTo(Files.readString(file));
  }
}
