package dev.sluice.xds.ads;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.policy.ObjectName;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RejectionsTest {

  private static final Optional<ObjectName> ALPHA = Optional.of(new ObjectName("ns-1", "alpha"));

  @Test
  void each_provider_gets_the_words_about_itself() {
    var text = "Error adding/updating cluster(s) provider/ns-1/alpha: bad port, provider/b/c.d: no";
    assertThat(Rejections.of("n", refused(Target.CLUSTERS, text, "provider/ns-1/alpha", "x")))
        .containsExactly(
            new Rejection("n", ALPHA, "provider/ns-1/alpha: bad port"),
            new Rejection("n", Optional.of(new ObjectName("b", "c.d")), "provider/b/c.d: no"));
  }

  @Test
  void the_only_new_resource_is_meant_where_no_name_is_told() {
    var one = refused(Target.SECRETS, "Failed to load it", "credential/ns-1/alpha/main");
    assertThat(Rejections.of("n", one))
        .containsExactly(
            new Rejection("n", ALPHA, "credential/ns-1/alpha/main: Failed to load it"));
    var two =
        refused(Target.SECRETS, "Failed to load it", "credential/ns-1/alpha/main", "listener");
    assertThat(Rejections.of("n", two))
        .containsExactly(new Rejection("n", Optional.empty(), "Failed to load it"));
    var listener = refused(Target.SECRETS, "Failed to load it", "listener");
    assertThat(Rejections.of("n", listener).getFirst().provider()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "constraint failed (Secret.Name): name: \"s3cret\"",
        "constraint failed (Secret.Name): generic_secret { secret { inline_string: \"s3cret\" } }",
        "constraint failed (Secret.Name): inline_bytes: \"s3cret\"",
        "constraint failed (Secret.Name): \ns3cret",
        "constraint failed (Secret.Name): -----BEGIN EC PRIVATE KEY-----s3cret"
      })
  void what_a_secret_holds_is_never_told(String text) {
    var refused = refused(Target.SECRETS, text, "credential/ns-1/alpha/main", "listener");
    assertThat(Rejections.of("n", refused))
        .containsExactly(new Rejection("n", Optional.empty(), "constraint failed (Secret.Name):"));
    assertThat(refused.toString()).doesNotContain("s3cret");
  }

  @Test
  void a_long_text_is_cut() {
    var text = "provider/ns-1/alpha: " + "x".repeat(10_000);
    assertThat(Rejections.of("n", refused(Target.CLUSTERS, text, "a")))
        .singleElement()
        .satisfies(r -> assertThat(r.sentence()).hasSize(Rejections.SENTENCE_CHARS_MAX));
  }

  @Test
  void only_what_is_named_whole_is_kept_back() {
    var text = "Error adding/updating cluster(s) provider/a/b.c: no";
    assertThat(
            Rejections.named(
                refused(Target.CLUSTERS, text, "provider/a/b", "provider/a/b.c", "provider/a/c")))
        .containsOnlyKeys("provider/a/b.c");
    assertThat(Rejections.named(refused(Target.CLUSTERS, "no", "provider/a/b")))
        .containsOnlyKeys("provider/a/b");
    assertThat(Rejections.named(refused(Target.CLUSTERS, "no", "provider/a/b", "x"))).isEmpty();
  }

  private static Refused refused(String type, String text, String... names) {
    return new Refused(type, Arrays.stream(names).collect(toMap(name -> name, _ -> "v")), text);
  }
}
