package dev.sluice.crds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The definitions that are delivered are those of the records.
class DefinitionsTest {

  private static final Path CHART = Path.of("../charts/sluice-crds/templates");

  static Stream<Class<?>> kinds() {
    return Definitions.KINDS.stream();
  }

  /// `-Dgolden=write` rewrites the files.
  @ParameterizedTest
  @MethodSource("kinds")
  void the_delivered_definition_is_the_one_of_the_record(Class<?> kind) throws IOException {
    var file = CHART.resolve(kind.getSimpleName().toLowerCase(Locale.ROOT) + ".yaml");
    var text = Definitions.text(kind);
    if ("write".equals(System.getProperty("golden"))) {
      Files.writeString(file, text);
    }
    assertThat(Files.readString(file)).isEqualTo(text);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void the_definition_is_no_template(Class<?> kind) throws IOException {
    assertThat(Definitions.text(kind)).doesNotContain("{{").doesNotContain("}}");
  }
}
