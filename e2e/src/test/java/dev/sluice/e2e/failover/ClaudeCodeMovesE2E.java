package dev.sluice.e2e.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.ClaudeCode;
import dev.sluice.testkit.billing.BillEntry;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// One session of the real Claude Code that goes on at another provider in every turn, since the
/// one before fails: it thinks, works and ends as it does at Anthropic alone.
final class ClaudeCodeMovesE2E {

  private static final Duration TIMEOUT = Duration.ofSeconds(120);

  /// Who serves, by the tool results that the conversation has by then.
  private static final Map<Long, String> SERVES =
      Map.of(
          0L, "claude",
          1L, "gpt",
          3L, "gemini",
          4L, "nova",
          6L, "claude",
          7L, "gpt",
          8L, "claude");

  private static FourLanguages four;

  @BeforeAll
  static void start() {
    four = FourLanguages.start();
  }

  @AfterAll
  static void stop() {
    four.close();
  }

  private static final List<String> TOLD =
      List.of("type", "subtype", "is_error", "result", "num_turns", "stop_reason");

  /// What a developer has at the end.
  private record Seen(int exitCode, String stderr, Map<String, String> told, String written) {}

  @Test
  void a_session_goes_on_at_four_providers_as_it_does_at_one() throws Exception {
    four.providers()
        .forEach(
            (name, simulator) ->
                simulator.otherwise(
                    call ->
                        name.equals(SERVES.get(call.toolResults()))
                            ? turn(call)
                            : Script.overloaded()));
    var moved = run("first");
    for (var provider : four.providers().keySet()) {
      assertThat(statuses(provider, 200)).as("answers of %s", provider).isNotEmpty();
    }
    four.providers().get("claude").otherwise(ClaudeCodeMovesE2E::turn);
    assertThat(moved).isEqualTo(run("alone"));
    assertThat(moved.told()).containsEntry("result", "\"Ten bytes, three times.\"");
    assertThat(moved.written()).isEqualTo("1\n2\n3\n4\n5\n6\n");
    for (var provider : four.providers().keySet()) {
      // Nobody was sent what it would not take: a thought of another one, say.
      assertThat(four.providers().get(provider).bill().entries())
          .as(provider)
          .allMatch(entry -> entry.status() == 200 || entry.status() >= 500);
      assertThat(four.providers().get(provider).violations()).isEmpty();
    }
  }

  private static List<BillEntry> statuses(String provider, int status) {
    return four.providers().get(provider).bill().entries().stream()
        .filter(entry -> entry.status() == status)
        .toList();
  }

  private static Script turn(ApiCall call) {
    var turn = Script.answer().thinkingOfTokens(60).text("Next.");
    return switch ((int) call.toolResults()) {
      case 0 -> turn.tool("Read", Map.of("file_path", path(call)));
      case 1 -> turn.tool("Bash", append(1)).tool("Bash", append(2));
      case 3 -> turn.tool("Bash", append(3));
      case 4 -> turn.tool("Bash", append(4)).tool("Bash", append(5));
      case 6 -> turn.tool("Bash", append(6));
      case 7 -> turn.tool("Bash", Map.of("command", "wc -c < a.txt"));
      case 8 -> Script.answer().thinkingOfTokens(20).text("Ten bytes, three times.");
      default -> throw new IllegalStateException(call.toolResults() + " results");
    };
  }

  private static Map<String, String> append(int number) {
    return Map.of("command", "echo %d >> b.txt".formatted(number));
  }

  /// The file that the prompt names.
  private static String path(ApiCall call) {
    return call.userText().replaceAll("(?s).*READ<([^>]+)>.*", "$1");
  }

  private static Seen run(String key) throws IOException {
    var gateway = four.world().gateway();
    try (var claude = ClaudeCode.at(gateway.address(), gateway.key(key))) {
      var file = claude.workingFolder().resolve("a.txt");
      Files.writeString(file, "forty-two\n");
      var prompt = "READ<%s> and count".formatted(file);
      var result =
          claude.print(prompt, TIMEOUT, "--output-format", "json", "--model", "claude-opus-5-5");
      var json = JsonMapper.shared().readTree(result.stdout());
      var told = new TreeMap<String, String>();
      for (var name : TOLD) {
        told.put(name, json.path(name).toString());
      }
      var written = claude.workingFolder().resolve("b.txt");
      return new Seen(
          result.exitCode(),
          result.stderr(),
          told,
          Files.exists(written) ? Files.readString(written) : "");
    }
  }
}
