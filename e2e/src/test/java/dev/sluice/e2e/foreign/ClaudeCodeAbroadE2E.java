package dev.sluice.e2e.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.ClaudeCode;
import dev.sluice.testkit.script.Script;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The real Claude Code on providers that do not speak its language: a developer sees no
/// difference, and the books are those of the providers.
final class ClaudeCodeAbroadE2E {

  private static final Duration TIMEOUT = Duration.ofSeconds(120);
  private static final Duration SOON = Duration.ofSeconds(10);

  private static Abroad abroad;

  @BeforeAll
  static void start() {
    abroad = Abroad.start();
  }

  @AfterAll
  static void stop() {
    abroad.close();
  }

  @AfterEach
  void no_call_is_left_and_the_books_agree() {
    for (var simulator : abroad.simulators()) {
      simulator.clearScripts();
      assertThat(simulator.violations()).isEmpty();
    }
    var billed = abroad.billed();
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(abroad.posted()).isEqualByComparingTo(billed));
  }

  @ParameterizedTest
  @ValueSource(strings = {"responses", "preset", "plain", "gemini"})
  void prints_a_plain_answer(String key) {
    abroad.simulator(key).next(Script.answer().text("Hello from afar."));
    var result = claude(key).print("say hi", TIMEOUT);
    assertThat(result).isEqualTo(new ClaudeCode.Result(0, "Hello from afar.\n", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"responses", "preset", "plain", "gemini"})
  void reads_and_runs_over_several_turns(String key) throws Exception {
    var claude = claude(key);
    var file = claude.workingFolder().resolve("a.txt");
    Files.writeString(file, "forty-two\n");
    abroad
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

  private static ClaudeCode claude(String key) {
    var gateway = abroad.world().gateway();
    return ClaudeCode.at(gateway.address(), gateway.key(key));
  }
}
