package dev.sluice.crds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The reference is made from the comments: every field of a spec has one.
class CommentsTest {

  static Stream<Class<?>> records() {
    var roots =
        List.of(
            Provider.class,
            Team.class,
            VirtualKey.class,
            McpServer.class,
            BudgetSpec.class,
            BudgetStatus.class,
            RateLimit.class,
            SecretKeyRef.class,
            AllowedNamespaces.class,
            Metadata.class,
            Condition.class);
    var all = new ArrayList<Class<?>>();
    roots.forEach(root -> collect(root, all));
    // metadata, spec and status are the same for every kind.
    all.removeIf(
        type ->
            Arrays.asList(type.getDeclaredClasses()).stream()
                .anyMatch(inner -> inner.getSimpleName().equals("Spec")));
    return all.stream();
  }

  private static void collect(Class<?> type, List<Class<?>> all) {
    if (type.isRecord()) {
      all.add(type);
    }
    for (var inner : type.getDeclaredClasses()) {
      collect(inner, all);
    }
  }

  @ParameterizedTest
  @MethodSource("records")
  void every_field_has_a_comment(Class<?> type) throws IOException {
    var top = type.getNestHost().getSimpleName();
    var source = Files.readString(Path.of("src/main/java/dev/sluice/crds", top + ".java"));
    int declared = source.indexOf("record " + type.getSimpleName() + "(");
    assertThat(declared).isPositive();
    var comment = source.substring(Math.max(0, source.lastIndexOf("\n\n", declared)), declared);
    for (var component : type.getRecordComponents()) {
      assertThat(comment).contains("@param " + component.getName() + " ");
    }
  }
}
