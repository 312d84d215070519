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
}
