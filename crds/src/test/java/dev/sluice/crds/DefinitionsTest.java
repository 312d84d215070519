package dev.sluice.crds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The definitions that are delivered, and their reference, are those of the records:
/// `-Dgolden=write` rewrites both.
class DefinitionsTest {

  static final Path CHART = Path.of("../charts/sluice-crds/templates");

  private static final Path REFERENCE = Path.of("../docs/reference");

  static Stream<Class<?>> kinds() {
    return Definitions.KINDS.stream();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void the_delivered_definition_is_the_one_of_the_record(Class<?> kind) throws IOException {
    isGolden(CHART.resolve(name(kind) + ".yaml"), Definitions.text(kind));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void the_reference_is_the_one_of_the_record(Class<?> kind) throws IOException {
    isGolden(REFERENCE.resolve(name(kind) + ".md"), Reference.page(kind));
  }

  private static void isGolden(Path file, String text) throws IOException {
    if ("write".equals(System.getProperty("golden"))) {
      Files.writeString(file, text);
    }
    assertThat(Files.readString(file)).isEqualTo(text);
  }

  private static String name(Class<?> kind) {
    return kind.getSimpleName().toLowerCase(Locale.ROOT);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void the_definition_is_no_template(Class<?> kind) throws IOException {
    assertThat(Definitions.text(kind)).doesNotContain("{{").doesNotContain("}}");
  }
}
