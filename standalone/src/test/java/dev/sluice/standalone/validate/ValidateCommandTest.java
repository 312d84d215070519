package dev.sluice.standalone.validate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidateCommandTest {

  private static final String GOOD =
      """
      apiVersion: v1
      kind: Secret
      metadata: { name: anthropic }
      stringData: { apiKey: sk-ant-api03-none }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Provider
      metadata: { name: anthropic }
      spec:
        type: Anthropic
        credentials: [ { name: main, secretRef: { name: anthropic, key: apiKey } } ]
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: alice }
      spec:
        owner: alice@example.com
        providers: [ { name: anthropic } ]
        budgets: [ { limitUsd: "5", window: Day } ]
      """;

  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private int validate(String... arguments) {
    return ValidateCommand.run(List.of(arguments), new PrintStream(out, true));
  }

  private String manifests(String text) throws IOException {
    Files.writeString(folder.resolve("all.yaml"), text);
    return folder.toString();
  }

  @Test
  void good_manifests_are_counted_and_nothing_is_written() throws IOException {
    assertThat(validate("-f", manifests(GOOD))).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("valid: keys 1, providers 1\n");
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void what_is_wrong_is_told_with_file_and_line_and_never_a_secret() throws IOException {
    var bad =
        GOOD.replace("limitUsd: \"5\"", "limitUsd: \"-5\"").replace("key: apiKey", "key: token");
    assertThat(validate("-f", manifests(bad))).isOne();
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .hasSize(2)
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("all.yaml:19: ", "spec.budgets[0].limitUsd: -5 (expected: "))
        .anySatisfy(
            line -> assertThat(line).contains("all.yaml:11: ", "Provider default/anthropic"))
        .noneSatisfy(line -> assertThat(line).contains("sk-ant"));
  }

  @Test
  void what_has_no_effect_is_told_and_is_no_failure() throws IOException {
    var vain =
        GOOD.replace("[ { name: anthropic } ]", "[ { name: anthropic, models: [ gpt-* ] } ]");
    assertThat(validate("-f", manifests(vain))).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .contains("all.yaml:18: VirtualKey default/alice: spec.providers: may use no"),
            line -> assertThat(line).isEqualTo("valid: keys 1, providers 1, warnings 1"));
  }

  @Test
  void a_bad_command_line_is_2() {
    assertThat(validate("--listen", "127.0.0.1:0")).isEqualTo(2);
    assertThat(validate("-f")).isEqualTo(2);
    assertThat(validate("-f", folder.resolve("none").toString())).isEqualTo(2);
  }
}
