package dev.sluice.e2e.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.ClaudeCode;
import dev.sluice.testkit.script.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/// The real Claude Code on providers that do not speak its language: a developer sees no
/// difference, and the books are those of the providers.
final class ClaudeCodeAbroadE2E {

  private static final Duration TIMEOUT = Duration.ofSeconds(120);

  private static Everywhere everywhere;

  /// What the same work comes to at Anthropic.
  private static Seen atHome;

  private static final List<String> TOLD =
      List.of("type", "subtype", "is_error", "result", "num_turns", "stop_reason");

  /// What a developer has at the end.
  private record Seen(int exitCode, String stderr, Map<String, String> told, String written) {}

  static List<String> keys() {
    return Everywhere.KEYS;
  }

  @BeforeAll
  static void start() throws IOException {
    everywhere = Everywhere.start();
    atHome = work("anthropic");
    assertThat(atHome.told()).containsEntry("result", "\"Ten bytes.\"");
    assertThat(atHome.written()).isEqualTo("FORTY-TWO\n");
  }

  @AfterAll
  static void stop() {
    everywhere.close();
  }

  @AfterEach
  void no_call_is_left_and_the_books_agree() {
    everywhere.assertNoCallIsLeft();
    everywhere.assertBooksAgree();
  }

  @Test
  void prints_a_plain_answer() {
    everywhere.simulator("gemini").next(Script.answer().text("Hello from afar."));
    var result = everywhere.claude("gemini").print("say hi", TIMEOUT);
    assertThat(result).isEqualTo(new ClaudeCode.Result(0, "Hello from afar.\n", ""));
  }

  @ParameterizedTest
  @MethodSource("keys")
  void reads_and_runs_over_several_turns_as_at_home(String key) throws IOException {
    assertThat(work(key)).isEqualTo(atHome);
  }

  private static Seen work(String key) throws IOException {
    try (var claude = everywhere.claude(key)) {
      var file = claude.workingFolder().resolve("a.txt");
      Files.writeString(file, "forty-two\n");
      everywhere
          .simulator(key)
          .next(
              Script.answer().thinking("Look.").tool("Read", Map.of("file_path", file.toString())),
              Script.answer()
                  .thinking("Both at once.")
                  .tool("Bash", Map.of("command", "tr a-z A-Z < a.txt > b.txt"))
                  .tool("Bash", Map.of("command", "wc -c < a.txt")),
              Script.answer().text("Ten bytes."));
      var result = claude.print("what is in a.txt?", TIMEOUT, "--output-format", "json");
      var json = JsonMapper.shared().readTree(result.stdout());
      var told = new TreeMap<String, String>();
      for (var name : TOLD) {
        told.put(name, json.path(name).toString());
      }
      var written = Files.readString(claude.workingFolder().resolve("b.txt"));
      return new Seen(result.exitCode(), result.stderr(), told, written);
    }
  }

  @Test
  void waits_for_two_agents_that_run_side_by_side() {
    everywhere
        .simulator("nova-aws")
        .when(call -> call.userText().contains("do the"), Script.answer().text("A part."))
        .next(
            Script.answer().tool("Agent", agent("first")).tool("Agent", agent("second")),
            Script.answer().text("Both are done."));
    var result = everywhere.claude("nova-aws").print("ask two agents", TIMEOUT);
    assertThat(result).isEqualTo(new ClaudeCode.Result(0, "Both are done.\n", ""));
  }

  private static Map<String, Object> agent(String task) {
    return Map.of(
        "description", task, "prompt", "do the " + task + " part", "run_in_background", false);
  }

  @Test
  void goes_on_after_a_long_conversation_was_made_short() throws IOException {
    try (var claude = everywhere.claude("responses")) {
      var file = claude.workingFolder().resolve("long.txt");
      Files.writeString(file, "A line that says little.\n".repeat(1_500));
      var simulator = everywhere.simulator("responses");
      simulator.next(
          Script.answer().tool("Read", Map.of("file_path", file.toString())),
          Script.answer().text("Read."));
      assertThat(claude.print("read long.txt", TIMEOUT).stdout()).isEqualTo("Read.\n");
      simulator.next(Script.answer().text("<summary>A long file was read.</summary>"));
      var compacted = claude.print("/compact", TIMEOUT, "--continue");
      assertThat(compacted.exitCode()).as("%s", compacted).isZero();
      simulator.next(Script.answer().text("It says little."));
      var result = claude.print("what did it say?", TIMEOUT, "--continue");
      assertThat(result).isEqualTo(new ClaudeCode.Result(0, "It says little.\n", ""));
      var asked =
          simulator.requests().reversed().stream()
              .filter(request -> request.target().endsWith("/responses")) // Not the counts.
              .toList();
      assertThat(asked.get(1).bodyBytes()).isGreaterThan(asked.get(0).bodyBytes() + 20_000);
    }
  }
}
