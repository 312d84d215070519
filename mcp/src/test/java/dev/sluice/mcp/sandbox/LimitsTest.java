package dev.sluice.mcp.sandbox;

import static dev.sluice.mcp.sandbox.Sandboxes.PATIENT;
import static dev.sluice.mcp.sandbox.Sandboxes.SMALL;
import static dev.sluice.mcp.sandbox.Sandboxes.exceeded;
import static dev.sluice.mcp.sandbox.Sandboxes.json;
import static dev.sluice.mcp.sandbox.Sandboxes.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.mcp.sandbox.Outcome.Returned;
import dev.sluice.mcp.sandbox.Outcome.Stopped;
import dev.sluice.mcp.sandbox.Outcome.Unawaited;
import dev.sluice.mcp.sandbox.Tools.Answer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LimitsTest {
  private static final Tools ECHO = (_, input) -> new Answer.Result(input);

  private static final String NOTE =
      "(%d more bytes were printed and are left out: 4096 are allowed of what a program prints and"
          + " returns. Print only what you need to read.)\n";

  @Test
  void stops_what_computes_too_long() {
    assertThat(exceeded(run("for (;;);", SMALL, ECHO))).isEqualTo(new Exceeded.CpuTime(200));
  }

  @Test
  void counts_no_waiting_as_computing() {
    var limits = new Limits(20_000, 200, 16L << 20, 20, 4, 4096, 4096, 4096, 4096);
    var wait =
        run(
            "for (let i = 0; i < 3; i++) await servers.github.get_issue({}); return 1",
            limits,
            (_, _) -> {
              TimeUnit.MILLISECONDS.sleep(150);
              return new Answer.Result("{}");
            });
    assertThat(json(wait)).isEqualTo("1");
  }

  @Test
  void stops_what_waits_too_long_and_cancels_its_calls() throws InterruptedException {
    var cancelled = new CountDownLatch(2);
    var limits = new Limits(4_000, 10_000, 16L << 20, 20, 4, 4096, 4096, 4096, 4096);
    var outcome =
        run(
            "console.log('a'); await Promise.all([servers.github.get_issue({}),"
                + " servers.github.get_issue({})])",
            limits,
            (_, _) -> ToolCallsTest.never(cancelled));
    assertThat(outcome).isEqualTo(new Stopped(new Exceeded.WallTime(4_000), "a\n"));
    assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void stops_what_needs_too_much_memory() {
    assertThat(
            exceeded(run("const a = []; for (;;) a.push(new Uint8Array(1 << 20))", PATIENT, ECHO)))
        .isEqualTo(new Exceeded.Memory(16L << 20));
  }

  @Test
  void stops_what_needs_more_memory_than_all_runs_together_may_have() throws InterruptedException {
    try (var sandbox = new Sandbox(new Capacity(1, 1, 1L << 20), InstantSource.system())) {
      var program = new Program("return new Uint8Array(2 ** 21).length", Sandboxes.NAMES);
      assertThat(exceeded(sandbox.run(program, PATIENT, ECHO)))
          .isEqualTo(new Exceeded.SharedMemory());
      assertThat(sandbox.memoryBytesFree()).isEqualTo(1L << 20);
    }
  }

  @Test
  void stops_what_calls_itself_too_deep() {
    assertThat(exceeded(run("const f = () => f() + 1; f()", PATIENT, ECHO)))
        .isEqualTo(new Exceeded.Stack());
  }

  @Test
  void stops_at_the_call_that_is_one_too_many() {
    var outcome =
        run("for (;;) { await servers.github.get_issue({}); console.log('.') }", PATIENT, ECHO);
    assertThat(outcome).isEqualTo(new Stopped(new Exceeded.Calls(20), ".\n".repeat(20)));
  }

  @Test
  void cuts_what_is_printed_beyond_the_limit_and_goes_on_to_what_is_returned() {
    var outcome =
        run("for (let i = 0; i < 9; i++) console.log('x'.repeat(999)); return 7", PATIENT, ECHO);
    assertThat(outcome)
        .isEqualTo(
            new Returned(
                "7",
                ("x".repeat(999) + "\n").repeat(4) + "x".repeat(95) + "\n" + NOTE.formatted(4904),
                Unawaited.NONE,
                0));
  }

  @Test
  void goes_on_calling_tools_after_what_is_printed_was_cut() {
    var outcome =
        run(
            "console.log('é'.repeat(5000)); return await servers.github.get_issue({a: 1})",
            PATIENT,
            ECHO);
    assertThat(json(outcome)).isEqualTo("{\"a\":1}");
    assertThat(outcome.printed()).isEqualTo("é".repeat(2044) + "\n" + NOTE.formatted(5912));
  }

  @Test
  void counts_a_flood_of_lines_and_keeps_none_beyond_the_limit_until_it_has_computed_too_long() {
    var outcome = run("for (;;) console.log('x'.repeat(999))", SMALL, ECHO);
    assertThat(exceeded(outcome)).isEqualTo(new Exceeded.CpuTime(200));
    assertThat(outcome.printed()).hasSizeBetween(4096, 4096 + 200).contains(" more bytes were");
  }

  @Test
  void cuts_what_is_returned_beyond_the_limit_and_tells_how_much() {
    var outcome = run("console.log('a'); return 'é'.repeat(3000)", PATIENT, ECHO);
    assertThat(outcome)
        .isEqualTo(
            new Returned(
                "\"" + "é".repeat(2047),
                "(2 bytes were printed and are left out: 4096 are allowed of what a program prints"
                    + " and returns. Print only what you need to read.)\n",
                Unawaited.NONE,
                1907));
    assertThat(json(run("return 'x'.repeat(4094)", PATIENT, ECHO))).hasSize(4096);
  }

  @Test
  void what_is_returned_goes_before_what_is_printed() {
    var outcome = run("console.log('é'.repeat(1000)); return 'x'.repeat(3000)", PATIENT, ECHO);
    assertThat(json(outcome)).hasSize(3002);
    assertThat(outcome.printed()).isEqualTo("é".repeat(547) + "\n" + NOTE.formatted(906));
  }

  @Test
  void runs_nothing_of_a_program_that_is_too_long() {
    var outcome = run("console.log(1); //" + "x".repeat(16_384), PATIENT, ECHO);
    assertThat(outcome).isEqualTo(new Stopped(new Exceeded.Code(16_402, 16_384), ""));
  }

  @Test
  void stops_what_hands_too_much_to_a_tool() {
    assertThat(
            exceeded(run("await servers.github.get_issue({a: 'x'.repeat(5000)})", PATIENT, ECHO)))
        .isEqualTo(new Exceeded.Input(new ToolName("github", "get_issue"), 5008, 4096));
  }

  @Test
  void tells_a_program_of_a_result_that_is_too_large_and_ends_it_if_that_is_not_caught() {
    Tools large = (_, _) -> new Answer.Result("\"" + "é".repeat(40_000) + "\"");
    assertThat(exceeded(run("await servers.github.get_issue({})", PATIENT, large)))
        .isEqualTo(new Exceeded.Result(new ToolName("github", "get_issue"), 80_002, 65_536));
    assertThat(
            json(
                run(
                    "try { await servers.github.get_issue({}) } catch (e) { return e.message }",
                    PATIENT,
                    large)))
        .isEqualTo(
            "\"The result of github.get_issue had 80002 bytes; 65536 are allowed."
                + " Ask this tool for less.\"");
  }

  @Test
  void lets_a_run_wait_for_its_turn_within_its_time() throws InterruptedException {
    try (var sandbox = new Sandbox(new Capacity(1, 1, 1L << 20), InstantSource.system())) {
      var entered = new CountDownLatch(1);
      var leave = new CountDownLatch(1);
      var first = new Program("return await servers.github.get_issue({})", Sandboxes.NAMES);
      var thread =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      sandbox.run(
                          first,
                          Limits.STANDARD,
                          (_, _) -> {
                            entered.countDown();
                            leave.await();
                            return new Answer.Result("1");
                          });
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                  });
      entered.await();
      var hasty = new Limits(50, 5_000, 16L << 20, 20, 4, 4096, 4096, 4096, 4096);
      assertThat(exceeded(sandbox.run(new Program("return 1", Sandboxes.NAMES), hasty, ECHO)))
          .isEqualTo(new Exceeded.Runs(1));
      leave.countDown();
      thread.join();
      assertThat(json(sandbox.run(new Program("return 1", Sandboxes.NAMES), PATIENT, ECHO)))
          .isEqualTo("1");
    }
  }

  @Test
  void keeps_engines_ready_and_makes_the_next_ones_after_runs() throws InterruptedException {
    try (var sandbox = new Sandbox(new Capacity(3, 4, 1L << 20), InstantSource.system())) {
      await().atMost(Duration.ofMinutes(2)).until(sandbox::rehearsed);
      assertThat(sandbox.ready()).isEqualTo(3);
      for (int i = 0; i < 5; i++) {
        var program = new Program("return await servers.github.get_issue({a: 1})", Sandboxes.NAMES);
        assertThat(json(sandbox.run(program, Limits.STANDARD, ECHO))).isEqualTo("{\"a\":1}");
      }
      await().atMost(Duration.ofMinutes(1)).until(() -> sandbox.ready() == 3);
    }
  }

  @Test
  void names_a_limit_that_is_out_of_bounds() {
    assertThatThrownBy(() -> new Limits(5, 400, 16L << 20, 20, 4, 4096, 4096, 4096, 4096))
        .hasMessage("wallMillisMax: 5 (expected: 10..600000)");
    assertThatThrownBy(() -> new Capacity(0, 1, 1L << 20))
        .hasMessage("enginesWarm: 0 (expected: 1..64)");
  }

  @Test
  void has_one_sentence_for_each_limit() {
    var tool = new ToolName("a", "b");
    assertThat(new Exceeded.WallTime(5).sentence()).contains("5 ms");
    assertThat(new Exceeded.CpuTime(5).sentence()).contains("5 ms");
    assertThat(new Exceeded.Memory(5).sentence()).contains("5 bytes");
    assertThat(new Exceeded.SharedMemory().sentence()).contains("all programs together");
    assertThat(new Exceeded.Stack().sentence()).contains("too deep");
    assertThat(new Exceeded.Calls(5).sentence()).contains("number 6; 5 are allowed");
    assertThat(new Exceeded.ParallelCalls(5).sentence()).contains("5 tool calls");
    assertThat(new Exceeded.Input(tool, 6, 5).sentence()).contains("a.b had 6 bytes; 5");
    assertThat(new Exceeded.Result(tool, 6, 5).sentence()).contains("a.b had 6 bytes; 5");
    assertThat(new Exceeded.Code(6, 5).sentence()).contains("6 bytes; 5");
    assertThat(new Exceeded.Runs(5).sentence()).contains("5 programs");
  }
}
