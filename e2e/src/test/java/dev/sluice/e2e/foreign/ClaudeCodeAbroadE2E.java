package dev.sluice.e2e.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.ClaudeCode;
import dev.sluice.testkit.script.Script;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The real Claude Code on providers that do not speak its language: a developer sees no
/// difference, and the books are those of the providers.
final class ClaudeCodeAbroadE2E {

  private static final Duration TIMEOUT = Duration.ofSeconds(120);

  private static Everywhere everywhere;

  static List<String> keys() {
    return Everywhere.KEYS;
  }

  @BeforeAll
  static void start() {
    everywhere = Everywhere.start();
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

  @ParameterizedTest
  @ValueSource(strings = {"responses", "preset", "plain", "gemini"})
  void prints_a_plain_answer(String key) {
    everywhere.simulator(key).next(Script.answer().text("Hello from afar."));
    var result = everywhere.claude(key).print("say hi", TIMEOUT);
    assertThat(result).isEqualTo(new ClaudeCode.Result(0, "Hello from afar.\n", ""));
  }

  @ParameterizedTest
  @MethodSource("keys")
  void reads_and_runs_over_several_turns(String key) throws Exception {
    var claude = everywhere.claude(key);
    var file = claude.workingFolder().resolve("a.txt");
    Files.writeString(file, "forty-two\n");
    everywhere
        .simulator(key)
        .next(
            Script.answer().tool("Read", Map.of("file_path", file.toString())),
            Script.answer()
                .tool("Bash", Map.of("command", "tr a-z A-Z < a.txt > b.txt"))
                .tool("Bash", Map.of("command", "wc -c < a.txt")),
            Script.answer().text("Ten bytes."));
    var result = claude.print("what is in a.txt?", TIMEOUT);
    assertThat(result).isEqualTo(new ClaudeCode.Result(0, "Ten bytes.\n", ""));
    assertThat(claude.workingFolder().resolve("b.txt")).hasContent("FORTY-TWO");
  }
}
