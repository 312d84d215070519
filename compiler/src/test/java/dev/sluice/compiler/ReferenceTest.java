package dev.sluice.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.manifest.ManifestFile;
import dev.sluice.crds.NotYet;
import dev.sluice.crds.Provider;
import dev.sluice.crds.Team;
import dev.sluice.crds.VirtualKey;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `docs/reference/manifests.md` speaks of every field, and its examples are right.
class ReferenceTest {

  private static final Path REFERENCE = Path.of("..", "docs", "reference", "manifests.md");
  private static final List<Class<?>> SPECS =
      List.of(Provider.Spec.class, Team.Spec.class, VirtualKey.Spec.class);

  private static String[] reference() throws IOException {
    return Files.readString(REFERENCE).split("## Not supported yet", 2);
  }

  @Test
  void every_enforced_field_is_explained() throws IOException {
    var enforced = SPECS.stream().flatMap(ReferenceTest::components).filter(c -> !notYet(c));
    var tables = reference()[0].replaceAll("(?s)```.*?```", "");
    assertThat(enforced.map(RecordComponent::getName).toList())
        .isNotEmpty()
        .allSatisfy(name -> assertThat(tables).containsPattern("[`.]" + name + "[`.\\[]"));
  }

  @Test
  void every_field_that_is_not_enforced_yet_is_listed() throws IOException {
    var open = SPECS.stream().flatMap(ReferenceTest::components).filter(ReferenceTest::notYet);
    var list = reference()[1];
    assertThat(open.map(RecordComponent::getName).toList())
        .isNotEmpty()
        .allSatisfy(name -> assertThat(list).containsPattern("[`.]" + name + "[`.\\[]"));
  }

  @Test
  void the_examples_compile_together() throws IOException {
    var examples =
        Pattern.compile("(?s)```yaml\n(.*?)```")
            .matcher(reference()[0])
            .results()
            .map(example -> example.group(1))
            .collect(Collectors.joining("---\n"));
    var rest =
        """
        ---
        apiVersion: sluice.dev/v1alpha1
        kind: Team
        metadata: { name: engineering }
        spec: {}
        ---
        apiVersion: v1
        kind: Secret
        metadata: { name: alice }
        stringData: { token: alice-alice-alice-alice }
        """;
    var compilation = Worlds.compile(LastGood.NONE, new ManifestFile("docs", examples + rest));
    assertThat(compilation.problems()).isEmpty();
    assertThat(compilation.snapshot().keysByName()).hasSize(1);
  }

  private static boolean notYet(RecordComponent component) {
    return component.isAnnotationPresent(NotYet.class);
  }

  /// All fields, but for those within one that is not enforced yet.
  private static Stream<RecordComponent> components(Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .flatMap(
            component ->
                notYet(component)
                    ? Stream.of(component)
                    : Stream.concat(Stream.of(component), within(component.getGenericType())));
  }

  private static Stream<RecordComponent> within(Type type) {
    var element = type instanceof ParameterizedType list ? list.getActualTypeArguments()[0] : type;
    return element instanceof Class<?> plain && plain.isRecord() ? components(plain) : Stream.of();
  }
}
