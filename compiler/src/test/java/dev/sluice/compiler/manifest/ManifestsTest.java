package dev.sluice.compiler.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.policy.ObjectName;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManifestsTest {

  private static final String TEAM =
      "apiVersion: sluice.dev/v1alpha1\nkind: Team\nmetadata: { name: %s }\nspec: {}\n";

  private static World read(String text) {
    return Manifests.read(List.of(new ManifestFile("f.yaml", text)));
  }

  private static SecretValues secret(World world) {
    return ((World.Found.Good<SecretValues>) world.secrets().firstEntry().getValue()).spec();
  }

  @Test
  void documents_before_a_syntax_error_are_read() {
    var world = read(TEAM.formatted("a") + "---\n" + TEAM.formatted("b") + "---\n\"\n");
    assertThat(world.teams()).hasSize(2);
    assertThat(world.problems()).hasSize(1);
    assertThat(world.problems().getFirst().line()).isEqualTo(11);
    assertThat(world.unreadable()).containsExactly(new World.Unreadable("f.yaml", null, null));
  }

  @Test
  void empty_documents_comments_and_a_byte_order_mark_mean_nothing() {
    var world = read("\uFEFF# first\n---\n---\n" + TEAM.formatted("a") + "---\n# last\n");
    assertThat(world.problems()).isEmpty();
    assertThat(world.teams()).containsOnlyKeys(new ObjectName("default", "a"));
    assertThat(read("").problems()).isEmpty();
  }

  @Test
  void json_with_tabs_and_escapes_is_read() {
    var json =
        """
        {
        \t"apiVersion": "v1",\t"kind": "Secret",
        \t"metadata": {"name": "a", "labels": {"x\\/y": "\\u00e4\\ud83d\\ude00"}},
        \t"stringData": {"k": "a\\tb"}
        }
        """;
    var world = read(json);
    assertThat(world.problems()).isEmpty();
    assertThat(secret(world).value("k")).isEqualTo("a\tb");
  }

  @Test
  void anchors_and_merges_are_followed() {
    var text =
        """
        apiVersion: v1
        kind: Secret
        metadata: { name: &n a, labels: &l { x: *n } , annotations: { <<: *l, y: z } }
        stringData: { k: *n }
        """;
    var world = read(text);
    assertThat(world.problems()).isEmpty();
    assertThat(secret(world).value("k")).isEqualTo("a");
  }

  @Test
  void a_control_character_is_named_with_its_line() {
    var world = read(TEAM.formatted("a") + "# \uD83D\uDE00\n# \u0000\n");
    assertThat(world.problems().getFirst().line()).isEqualTo(6);
  }

  @Test
  void text_beyond_the_limit_is_refused() {
    var world = read("# " + "x".repeat(4 << 20));
    assertThat(world.problems()).hasSize(1);
    assertThat(world.unreadable()).hasSize(1);
  }

  @Test
  void a_secret_has_its_data_decoded_and_string_data_wins() {
    var text =
        """
        apiVersion: v1
        kind: Secret
        metadata: { name: a, creationTimestamp: null, uid: x }
        data: { a: "YQ==", b: "Yg==" , c: "Yw\\n==" }
        stringData: { b: c }
        immutable: true
        """;
    var world = read(text);
    assertThat(world.problems()).isEmpty();
    assertThat(secret(world).value("a")).isEqualTo("a");
    assertThat(secret(world).value("b")).isEqualTo("c");
    assertThat(secret(world).value("c")).isEqualTo("c");
    assertThat(world.toString()).doesNotContain("YQ==");
    assertThat(secret(world).toString()).isEqualTo("SecretValues[a, b, c]");
  }

  @Test
  void one_line_break_at_the_end_of_a_secret_is_dropped() {
    var text =
        "apiVersion: v1\nkind: Secret\nmetadata: { name: a }\n"
            + "stringData: { a: \"x\\n\", b: \"x\\r\\n\", c: \"x\\n\\n\", d: \" x \" }\n";
    var secret = secret(read(text));
    assertThat(secret.value("a")).isEqualTo("x");
    assertThat(secret.value("b")).isEqualTo("x");
    assertThat(secret.value("c")).isEqualTo("x\n");
    assertThat(secret.value("d")).isEqualTo(" x ");
    assertThat(secret.value("e")).isNull();
  }

  @Test
  void whatever_looks_like_a_key_is_hidden() {
    assertThat(shown("sk-slc-0123456789")).isEqualTo("sk-(hidden)");
    assertThat(shown("Bearer sk-ant-api03-x y")).isEqualTo("Bearer sk-(hidden) y");
    assertThat(shown("task-forces-of-all")).isEqualTo("task-forces-of-all");
  }

  private static String shown(String text) {
    return dev.sluice.compiler.problem.Shown.text(text);
  }
}
