package dev.sluice.operator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.extproc.explain.Sketch;
import dev.sluice.operator.cli.CliOptions.Format;
import dev.sluice.operator.cli.CliOptions.Question;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CliOptionsTest {

  @Test
  void tools_that_wait_are_asked_for_of_all_servers_or_of_one() throws Exception {
    assertThat(CliOptions.parse(List.of("mcp", "diff")).question())
        .isEqualTo(new Question.Diff(null));
    var one = CliOptions.parse(List.of("mcp", "diff", "a/desk", "-n", "b"));
    assertThat(one.question()).isEqualTo(new Question.Diff("a/desk"));
    assertThat(one.namespace()).isEqualTo("b");
  }

  @Test
  void reads_every_option_with_or_without_an_equals_sign() throws CliException {
    var options =
        CliOptions.parse(
            List.of("explain", "a/alice", "--model=opus", "-o", "yaml", "--namespace", "a"));
    assertThat(options.question()).isEqualTo(new Question.Explain("a/alice", "opus", Sketch.LEAST));
    assertThat(options.format()).isEqualTo(Format.YAML);
    assertThat(options.namespace()).isEqualTo("a");
    var get = CliOptions.parse(List.of("get", "teams", "-A", "--admin=http://127.0.0.1:8081"));
    assertThat(get.question()).isEqualTo(new Question.Get(Listed.TEAMS));
    assertThat(get.allNamespaces()).isTrue();
    assertThat(get.admin()).isEqualTo(URI.create("http://127.0.0.1:8081"));
    assertThat(CliOptions.parse(List.of("get", "keys", "--state", "x")).state())
        .isEqualTo(Path.of("x"));
    assertThat(CliOptions.parse(List.of("get", "keys", "--context", "x")).context()).isEqualTo("x");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "get | get  (expected: keys, teams, providers or mcp)",
        "get cats | get cats (expected: keys, teams, providers or mcp)",
        "get keys alice | alice (expected: an option of sluice get --help)",
        "get keys --colour | --colour (expected: an option of sluice get --help)",
        "mcp | mcp  (expected: mcp diff)",
        "mcp show | mcp show (expected: mcp diff)",
        "mcp diff a b | b (expected: an option of sluice mcp --help)",
        "mcp diff --model x | --model x (expected: with explain only)",
        "get keys --model x | --model x (expected: with explain only)",
        "get keys -o xml | -o xml (expected: table, json or yaml)",
        "get keys -n | -n (expected: a value after it)",
        "get keys -A -n x | -A and -n x (expected: one of them at most)",
        "get keys --state x --context y | --admin, --state, --context (expected: one of them at"
            + " most)",
        "get keys --admin 127.0.0.1:8081 | --admin 127.0.0.1:8081 (expected: a URL, for example"
            + " http://127.0.0.1:8081)",
        "explain a --model x --bytes much | --bytes much (expected: 0..33554432)",
        "explain a --model x --tools 1001 | --tools 1001 (expected: 0..1000)",
        "explain a --model x --with audio | --with audio (expected: thinking, web-search, document,"
            + " image)",
        "explain a --model x --header x-api-key:1 | header x-api-key:1 (expected: NAME: VALUE, with"
            + " a name that routes look at: x-claude-code-*, x-sluice-tag-*, user-agent,"
            + " anthropic-beta or x-sluice-fallbacks)",
        "get keys --tools 3 | --tools (expected: an option of sluice get --help)",
        "explain --model x | explain (expected: the name of a VirtualKey after it)",
        "explain alice | --model is missing (expected: what a client asks for)"
      })
  void tells_what_is_wrong_and_what_was_expected(String line, String sentence) {
    assertThatExceptionOfType(CliException.class)
        .isThrownBy(() -> CliOptions.parse(List.of(line.strip().split(" "))))
        .withMessage(sentence);
  }

  @Test
  void what_is_supposed_of_a_request_is_said_by_options() throws CliException {
    var options =
        CliOptions.parse(
            List.of(
                "explain",
                "alice",
                "--model",
                "opus",
                "--bytes=70000",
                "--tools",
                "3",
                "--with",
                "thinking",
                "--with",
                "web-search",
                "--header",
                "X-Sluice-Tag-Env: staging",
                "--session",
                "s-1"));
    var headers =
        new TreeMap<>(Map.of("x-sluice-tag-env", "staging", "x-claude-code-session-id", "s-1"));
    var sketch =
        new Sketch(70_000, 3, Set.of(Sketch.Trait.THINKING, Sketch.Trait.WEB_SEARCH), headers);
    assertThat(options.question()).isEqualTo(new Question.Explain("alice", "opus", sketch));
  }
}
