package dev.sluice.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.manifest.ManifestFile;
import dev.sluice.crds.NotYet;
import dev.sluice.crds.Provider;
import dev.sluice.crds.Team;
import dev.sluice.crds.VirtualKey;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every file of `invalid` says on its first lines what is wrong with it: exactly that is found,
/// and everything in `base.yaml` is in force all the same.
class InvalidManifestsTest {

  private static final String EXPECT = "# expect: ";

  static Stream<Path> files() {
    return Worlds.files(Worlds.RESOURCES.resolve("invalid"));
  }

  @ParameterizedTest
  @MethodSource("files")
  void every_invalid_manifest_has_exactly_its_problems(Path path) {
    var file = Worlds.file(path);
    var compilation = Worlds.compile(LastGood.NONE, Worlds.base(), file);
    var found =
        compilation.problems().stream()
            .map(problem -> problem.toString().replaceFirst("^" + file.path() + ":", ""))
            .toList();
    assertThat(found).containsExactlyElementsOf(expected(file));
    assertThat(found).isNotEmpty().noneMatch(text -> text.contains("geheim"));
  }

  @ParameterizedTest
  @MethodSource("files")
  void what_is_good_takes_effect_beside_a_bad_object(Path path) {
    var compilation = Worlds.compile(LastGood.NONE, Worlds.base(), Worlds.file(path));
    var names = compilation.snapshot().keysByName().stream().map(key -> key.name().name());
    assertThat(names).contains("alice");
    assertThat(compilation.toString()).doesNotContain("geheim");
  }

  @Test
  void every_field_that_is_not_enforced_yet_is_refused_in_a_test() {
    var expectations =
        files().flatMap(path -> expected(Worlds.file(path)).stream()).collect(Collectors.joining());
    for (var kind : List.of(Provider.Spec.class, Team.Spec.class, VirtualKey.Spec.class)) {
      notYet(kind).forEach(name -> assertThat(expectations).contains(name + ": not supported yet"));
    }
  }

  private static Stream<String> notYet(Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .flatMap(
            component ->
                component.isAnnotationPresent(NotYet.class)
                    ? Stream.of("." + component.getName())
                    : notYetWithin(component.getGenericType()));
  }

  private static Stream<String> notYetWithin(Type type) {
    var element = type instanceof ParameterizedType list ? list.getActualTypeArguments()[0] : type;
    return element instanceof Class<?> plain && plain.isRecord() ? notYet(plain) : Stream.of();
  }

  private static List<String> expected(ManifestFile file) {
    return file.text()
        .lines()
        .filter(line -> line.startsWith(EXPECT))
        .map(line -> line.substring(EXPECT.length()))
        .toList();
  }
}
