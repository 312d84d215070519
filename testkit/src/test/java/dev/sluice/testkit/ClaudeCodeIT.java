package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.anthropic.AnthropicSimulator;
import dev.sluice.testkit.anthropic.SimulatorConfig;
import dev.sluice.testkit.billing.BillEntry;
import dev.sluice.testkit.billing.Outcome;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.provider.Retention;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Script;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The real CLI against the simulator, no gateway in between: they understand each other, and the
/// CLI does what our documents say of it.
class ClaudeCodeIT {

  private static final Duration TIMEOUT = Duration.ofSeconds(120);
  private static final long BODIES_MAX = 16L * 1024 * 1024;
  private static final String RESUME = "Output token limit hit. Resume directly";

  private AnthropicSimulator simulator;
  private ClaudeCode claude;

  @BeforeEach
  void start() {
    simulator =
        AnthropicSimulator.start(
            SimulatorConfig.of(PriceTable.recorded())
                .withBearer("vk-test")
                .withRetention(Retention.STANDARD.withBodyBytesMax(BODIES_MAX)));
    claude = ClaudeCode.at(simulator.uri(), "vk-test");
  }

  @AfterEach
  void stop() {
    try {
      assertThat(simulator.violations()).isEmpty();
    } finally {
      claude.close();
      simulator.close();
    }
  }

  @Test
  void prints_a_plain_answer() {
    simulator.next(Script.answer().thinking("Easy.").text("Hello from the simulator."));
    expectPrinted("say hi", "Hello from the simulator.\n");
    assertThat(simulator.bill().entries())
        .singleElement()
        .returns(Outcome.COMPLETED, BillEntry::outcome);
    assertThat(simulator.requests())
        .singleElement()
        .returns("/v1/messages?beta=true", request -> request.target());
  }

  @Test
  void is_told_one_prompt_after_the_other() {
    simulator.next(Script.answer().text("One."), Script.answer().text("Two."));
    try (var dialogue = claude.dialogue()) {
      var first = dialogue.say("say one", TIMEOUT);
      assertThat(first.getLast().path("result").asString("")).isEqualTo("One.");
      var second = dialogue.say("say two", TIMEOUT);
      assertThat(second.getLast().path("result").asString("")).isEqualTo("Two.");
      assertThat(dialogue.end(TIMEOUT)).isZero();
    }
    assertThat(simulator.requests()).hasSize(2);
  }

  @Test
  void reads_and_runs_what_the_model_asks_for() throws Exception {
    var file = claude.workingFolder().resolve("a.txt");
    Files.writeString(file, "forty-two\n");
    simulator.next(
        Script.answer()
            .thinking("Look first.")
            .text("Reading.")
            .tool("Read", Map.of("file_path", file.toString())),
        Script.answer().tool("Bash", Map.of("command", "tr a-z A-Z < a.txt | tee b.txt")),
        Script.answer().tool("Bash", Map.of("command", "wc -c < b.txt")),
        Script.answer().text("Ten bytes."));
    expectPrinted("what is in a.txt?", "Ten bytes.\n");
    assertThat(claude.workingFolder().resolve("b.txt")).hasContent("FORTY-TWO");
    assertThat(simulator.bill().entries())
        .hasSize(4)
        .allMatch(entry -> entry.outcome() == Outcome.COMPLETED)
        .extracting(entry -> entry.usage().cacheRead() > 0)
        .containsExactly(false, true, true, true);
    assertThat(lastBody()).contains("forty-two", "FORTY-TWO", "\"10\"");
  }

  @Test
  void waits_for_two_agents_that_run_side_by_side() {
    simulator
        .when(ApiCall::fromSubAgent, Script.answer().text("A part.").pace(Duration.ofMillis(50)))
        .next(
            Script.answer().tool("Agent", agent("first")).tool("Agent", agent("second")),
            Script.answer().text("Both are done."));
    expectPrinted("ask two agents", "Both are done.\n");
    var agents =
        simulator.requests().stream()
            .flatMap(request -> request.header("x-claude-code-agent-id").stream())
            .distinct();
    assertThat(agents).hasSize(2);
    assertThat(simulator.received()).isEqualTo(4);
    assertThat(lastBody()).contains("A part.");
  }

  @Test
  void prints_an_answer_of_100_kilobytes() {
    var script = Script.answer().textOfBytes(100_000);
    simulator.next(script);
    var result = claude.print("write a lot", TIMEOUT);
    assertThat(result.stdout().getBytes(StandardCharsets.UTF_8))
        .hasSizeBetween(99_000, 100_001)
        .asString(StandardCharsets.UTF_8)
        .contains("\"detail\"", "café", "数字は正確です", "🚀");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void resumes_after_a_text_that_max_tokens_cut_and_prints_only_the_rest() {
    simulator.next(
        Script.answer().text("The first part of a long answer.").stopAt(3),
        Script.answer().text("The rest."));
    expectPrinted("write", "The rest.\n");
    assertThat(lastBody()).contains("The first part", RESUME, "\"max_tokens\":128000");
  }

  @Test
  void gives_up_after_three_resumptions() {
    simulator.otherwise(_ -> Script.answer().text("Always the first part.").stopAt(3));
    var result = claude.print("write", TIMEOUT);
    assertThat(result.stdout())
        .startsWith("API Error: Claude's response exceeded the 128000 output token maximum.");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(simulator.received()).isEqualTo(4);
  }

  @Test
  void reports_a_tool_call_that_max_tokens_cut_to_the_model() {
    simulator.next(
        Script.answer().tool("Bash", Map.of("command", "echo one two three > cut.txt")).stopAt(9),
        Script.answer().text("I see."));
    expectPrinted("run", "I see.\n");
    assertThat(lastBody()).contains("__unparsedToolInput", "could not be parsed as JSON");
    assertThat(claude.workingFolder().resolve("cut.txt")).doesNotExist();
  }

  private static Map<String, Object> agent(String task) {
    return Map.of(
        "description", task, "prompt", "do the " + task + " part", "run_in_background", false);
  }

  private void expectPrinted(String prompt, String answer) {
    var result = claude.print(prompt, TIMEOUT);
    assertThat(result).isEqualTo(new ClaudeCode.Result(0, answer, ""));
    assertThat(simulator.awaitIdle(TIMEOUT)).isTrue();
  }

  private String lastBody() {
    var body = simulator.requests().getLast().body().orElseThrow();
    return new String(body, StandardCharsets.UTF_8);
  }
}
