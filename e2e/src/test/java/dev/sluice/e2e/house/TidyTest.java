package dev.sluice.e2e.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The parts of the house style that a machine can check.
final class TidyTest {

  private static final int FILE_LINES_MAX = 400;
  private static final int LINE_CHARS_MAX = 100;
  private static final int PACKAGE_FILES_MAX = 15;

  private static final Pattern BANNED_NAME =
      Pattern.compile(".*(Impl|Utils?|Helper|Manager|Common|Info)\\.java|(Abstract|Base).*\\.java");

  private static final Pattern TODO = Pattern.compile("\\b(TODO|FIXME|XXX)\\b");

  /// Machine paths: a home folder, or a folder of one machine.
  private static final Pattern MACHINE_PATH = Pattern.compile("/(root|work|home/[a-z]+)/(?!dev/)");

  private static final Path ROOT = root();

  @Test
  void files_and_lines_are_short() {
    var faults = new ArrayList<String>();
    for (var file : javaFiles()) {
      var lines = lines(file);
      if (lines.size() > FILE_LINES_MAX) {
        faults.add(file + ": " + lines.size() + " lines");
      }
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).length() > LINE_CHARS_MAX && breakable(lines.get(i))) {
          faults.add(file + ":" + (i + 1) + ": " + lines.get(i).length() + " characters");
        }
      }
    }
    assertThat(faults).isEmpty();
  }

  @Test
  void packages_are_small() {
    var faults = new ArrayList<String>();
    javaFiles().stream()
        .filter(file -> file.toString().contains("src/main"))
        .collect(java.util.stream.Collectors.groupingBy(Path::getParent))
        .forEach(
            (folder, files) -> {
              if (files.size() > PACKAGE_FILES_MAX + 1) {
                faults.add(folder + ": " + files.size() + " files");
              }
            });
    assertThat(faults).isEmpty();
  }

  @Test
  void names_say_what_a_class_is() {
    assertThat(javaFiles())
        .filteredOn(file -> BANNED_NAME.matcher(file.getFileName().toString()).matches())
        .isEmpty();
  }

  @Test
  void every_package_is_null_marked() {
    var packages =
        javaFiles().stream()
            .filter(file -> file.toString().contains("src/main"))
            .map(Path::getParent)
            .distinct()
            .toList();
    assertThat(packages)
        .allSatisfy(
            folder ->
                assertThat(folder.resolve("package-info.java")).content().contains("@NullMarked"));
  }

  @Test
  void nothing_is_left_for_later_and_no_machine_is_named() {
    var faults = new ArrayList<String>();
    for (var file : javaFiles()) {
      if (file.getFileName().toString().equals("TidyTest.java")) {
        continue;
      }
      var text = String.join("\n", lines(file));
      if (TODO.matcher(text).find() || MACHINE_PATH.matcher(text).find()) {
        faults.add(file.toString());
      }
    }
    assertThat(faults).isEmpty();
  }

  /// An import cannot be broken, and neither can JSON as it is on the wire.
  private static boolean breakable(String line) {
    return !line.startsWith("import ") && !line.contains("{\"") && !line.contains("\":");
  }

  private static List<Path> javaFiles() {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.toString().contains("/target/"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path root() {
    var folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("api-protos"))) {
      folder = java.util.Objects.requireNonNull(folder.getParent(), "the project's root");
    }
    return folder;
  }
}
