package dev.sluice.mcp.govern.redact;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

final class RedactorTest {

  private static final Redactor.Bounds BOUNDS =
      new Redactor.Bounds(400, 100, Duration.ofMillis(200));

  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text);
  }

  private static JsonNode text(String text) {
    return JsonNodeFactory.instance.stringNode(text);
  }

  private static String redacted(JsonNode document, String... rules) {
    return new Redactor(List.of(rules), BOUNDS).redact(document).orElse("nothing");
  }

  @Test
  void replaces_what_a_rule_matches_in_strings_names_and_numbers() {
    assertThat(redacted(json("{\"k-12\":[\"a k-34 b\",4111222]}"), "k-\\d+", "4111\\d*"))
        .isEqualTo("{\"[redacted]\":[\"a [redacted] b\",\"[redacted]\"]}");
  }

  @Test
  void rules_see_what_was_there_and_not_what_others_left() {
    assertThat(redacted(text("abcd"), "bc", "abc", "d")).isEqualTo("\"[redacted]\"");
  }

  @Test
  void rules_see_characters_that_json_writes_otherwise() {
    assertThat(redacted(text("pass \"s3cret\" ok"), "\"s3cret\"")).doesNotContain("s3cret");
    assertThat(redacted(json("{\"password\":\"s3cret\"}"), "\"password\":\"[^\"]*\""))
        .isEqualTo("{[redacted]}");
  }

  @Test
  void a_match_that_the_end_cuts_through_is_hidden_whole() {
    var secret = "x".repeat(90) + "k-" + "1".repeat(50);
    assertThat(redacted(text(secret), "k-1{50}")).contains("[redacted]").doesNotContain("k-");
  }

  @Test
  void what_is_too_long_is_cut() {
    assertThat(redacted(text("y".repeat(5_000)))).matches("\"y{99}\\[cut]");
    var many = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < 10_000; i++) {
      many.add("z");
    }
    assertThat(redacted(many)).hasSizeLessThan(120).endsWith("[cut]");
  }

  @Test
  void a_pair_of_characters_is_not_torn_apart() {
    for (int before = 95; before < 100; before++) {
      var kept = redacted(text("x".repeat(before) + "😀".repeat(20)));
      assertThat(kept).contains("x".repeat(90));
      assertThat(kept.replace("😀", "").chars().noneMatch(c -> Character.isSurrogate((char) c)))
          .isTrue();
    }
  }

  @Test
  void a_rule_that_backtracks_without_end_is_given_up_in_time_and_keeps_nothing() {
    for (var rule : List.of("(a+)+$", "(a|aa)+$", "(.*a){20}b", "(x|a)*y")) {
      var began = System.nanoTime();
      var bounds = new Redactor.Bounds(64 << 10, 16 << 10, Duration.ofMillis(200));
      var kept = new Redactor(List.of(rule), bounds).redact(text("a".repeat(30_000) + "!"));
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
      assertThat(kept).as(rule).isEmpty();
    }
  }

  @Test
  void a_rule_that_is_no_expression_keeps_nothing() {
    assertThat(redacted(text("a"), "(")).isEqualTo("nothing");
  }

  @Test
  void groups_may_have_names_as_re2_writes_them() {
    assertThat(redacted(text("id 77"), "(?P<id>\\d+)")).isEqualTo("\"id [redacted]\"");
  }
}
