package dev.sluice.operator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.core.listing.HiddenTool;
import dev.sluice.core.listing.Row;
import dev.sluice.core.listing.State;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.extproc.explain.Explanation;
import dev.sluice.extproc.explain.Sketch;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeyFinderTest {

  /// Keys by `namespace/name`.
  private record Keys(@Nullable String namespace, List<String> all) implements Source {

    @Override
    public String name() {
      return "keys";
    }

    @Override
    public List<Row> rows(Listed listed, @Nullable String where) {
      return all.stream()
          .map(key -> key.split("/"))
          .filter(parts -> where == null || where.equals(parts[0]))
          .<Row>map(
              parts ->
                  new Row.OfKey(
                      parts[0],
                      parts[1],
                      State.UNKNOWN,
                      List.of(),
                      null,
                      false,
                      null,
                      null,
                      List.of()))
          .toList();
    }

    @Override
    public List<HiddenTool> hidden(@Nullable String where) {
      throw new IllegalStateException("nobody asks");
    }

    @Override
    public Explanation explain(ObjectName key, String model, Sketch sketch) {
      throw new IllegalStateException("nobody asks");
    }

    @Override
    public void close() {}
  }

  private static Source everywhere(String... keys) {
    return new Keys(null, List.of(keys));
  }

  private static Source in(String namespace, String... keys) {
    return new Keys(namespace, List.of(keys));
  }

  private static void assertUnknown(
      String said, @Nullable String named, Source source, String sentence) {
    assertThatExceptionOfType(CliException.class)
        .isThrownBy(() -> KeyFinder.find(said, named, source))
        .withMessage(sentence);
  }

  @Test
  void finds_by_full_name_by_namespace_and_by_the_only_one() throws CliException {
    var alice = new ObjectName("a", "alice");
    assertThat(KeyFinder.find("a/alice", null, in("b", "a/alice", "b/alice"))).isEqualTo(alice);
    assertThat(KeyFinder.find("alice", "a", in("b", "a/alice", "b/alice"))).isEqualTo(alice);
    assertThat(KeyFinder.find("alice", null, in("a", "a/alice", "b/alice"))).isEqualTo(alice);
    assertThat(KeyFinder.find("alice", null, everywhere("a/alice", "b/bob"))).isEqualTo(alice);
    assertThat(KeyFinder.find("alice", null, everywhere("a/alice", "default/alice")))
        .isEqualTo(new ObjectName("default", "alice"));
  }

  @Test
  void names_the_namespaces_where_it_is_or_the_near_one() {
    Stream.of("alice", "a/alice")
        .forEach(
            said ->
                assertUnknown(
                    said,
                    null,
                    in("a", "b/alice", "c/alice"),
                    "key " + said + " is not there (expected: one of b/alice, c/alice)"));
    assertUnknown(
        "alice",
        null,
        everywhere("b/alice", "c/alice"),
        "key alice (expected: one of b/alice, c/alice)");
    assertUnknown("alise", null, in("a", "a/alice"), "key alise is not there (expected: alice)");
    assertUnknown(
        "zoe",
        null,
        everywhere("a/alice"),
        "key zoe is not there (expected: the name of a VirtualKey: sluice get keys)");
  }
}
