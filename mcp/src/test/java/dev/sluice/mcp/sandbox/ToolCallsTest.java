package dev.sluice.mcp.sandbox;

import static dev.sluice.mcp.sandbox.Sandboxes.error;
import static dev.sluice.mcp.sandbox.Sandboxes.json;
import static dev.sluice.mcp.sandbox.Sandboxes.returned;
import static dev.sluice.mcp.sandbox.Sandboxes.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.mcp.sandbox.Outcome.Place;
import dev.sluice.mcp.sandbox.Outcome.Returned;
import dev.sluice.mcp.sandbox.Outcome.Unawaited;
import dev.sluice.mcp.sandbox.Tools.Answer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ToolCallsTest {

  @Test
  void calls_a_tool_with_its_input_and_gets_its_result() {
    assertThat(
            returned("const r = await servers.github.get_issue({number: 1}); return [r.number, r]"))
        .isEqualTo("[1,{\"number\":1}]");
  }

  @Test
  void calls_a_tool_without_input_with_an_empty_object() {
    assertThat(returned("return await servers.github.list_issues()")).isEqualTo("{}");
  }

  @Test
  void reaches_names_that_are_no_identifiers_by_index() {
    assertThat(returned("return await servers['my-files']['read.file']({path: 'a'})"))
        .isEqualTo("{\"path\":\"a\"}");
  }

  @Test
  void lists_servers_and_tools_to_the_program() {
    assertThat(
            returned(
                "return [Object.keys(servers), Object.keys(servers.github), 'x' in servers,"
                    + " servers.github.get_issue.name, String(servers.github.toJSON)]"))
        .isEqualTo(
            "[[\"github\",\"my-files\"],[\"get_issue\",\"list_issues\"],false,"
                + "\"get_issue\",\"undefined\"]");
  }

  @Test
  void names_what_there_is_where_a_program_asks_for_what_is_not() {
    assertThat(error(run("await servers.github.get_isue({})")).message())
        .isEqualTo("github has no get_isue; it has: get_issue, list_issues");
    assertThat(error(run("await servers.gitlab.x()")).message())
        .isEqualTo("servers has no gitlab; it has: github, my-files");
  }

  @Test
  void a_server_whose_tools_are_not_known_fails_each_call_and_says_why() throws Exception {
    var error = error(withoutWiki("const a = 1;\n  await servers.wiki.find({text: 'a'});"));
    assertThat(error.sentence())
        .isEqualTo(
            "ToolError: wiki is not available now: connection refused (line 2, column 22)."
                + " Do without this server, or try again later.");
    assertThat(
            json(
                withoutWiki(
                    "const all = await Promise.allSettled([servers.wiki.find({}),"
                        + " servers.github.get_issue({n: 1})]);"
                        + "return [all[0].status, all[1].value.n, Object.keys(servers)]")))
        .isEqualTo("[\"rejected\",1,[\"github\",\"my-files\",\"wiki\"]]");
  }

  private static Outcome withoutWiki(String code) throws InterruptedException {
    var away = new TreeMap<>(Map.of("wiki", "connection refused"));
    return Sandboxes.SANDBOX.run(
        new Program(code, Sandboxes.NAMES, away),
        Limits.STANDARD,
        (_, input) -> new Answer.Result(input));
  }

  @Test
  void hands_only_objects_to_tools() {
    for (var input : List.of("1", "'a'", "[1]", "null", "{}, {}", "() => 1")) {
      assertThat(error(run("await servers.github.get_issue(" + input + ")")).message())
          .isEqualTo("github.get_issue takes one object with its arguments by name");
    }
  }

  @Test
  void rejects_with_the_error_of_a_tool_at_the_line_of_the_call() {
    var error =
        error(
            run(
                "const a = 1;\n  await servers.github.get_issue({number: a});",
                Limits.STANDARD,
                (tool, input) -> new Answer.Failed("no issue " + input)));
    assertThat(error.name()).isEqualTo("ToolError");
    assertThat(error.message()).isEqualTo("no issue {\"number\":1}");
    assertThat(error.place()).contains(new Place(2, 24));
    assertThat(error.hint()).startsWith("github.get_issue failed");
  }

  @Test
  void lets_a_program_catch_the_error_of_a_tool() {
    assertThat(
            json(
                run(
                    "try { await servers.github.get_issue({}) } catch (e) {"
                        + " return [e instanceof Error, e.name, e.message] }",
                    Limits.STANDARD,
                    (_, _) -> new Answer.Failed("no"))))
        .isEqualTo("[true,\"ToolError\",\"no\"]");
  }

  @Test
  void keeps_a_bug_of_the_host_to_itself() {
    var error =
        error(
            run(
                "await servers.github.get_issue({})",
                Limits.STANDARD,
                (_, _) -> {
                  throw new IllegalStateException("secret");
                }));
    assertThat(error.sentence()).doesNotContain("secret").contains("the gateway's own");
  }

  @Test
  void rejects_where_a_tool_answers_with_no_json() {
    var error =
        error(
            run(
                "await servers.github.get_issue({})",
                Limits.STANDARD,
                (_, _) -> new Answer.Result("{\"a\":")));
    assertThat(error.message()).isEqualTo("github.get_issue answered with no JSON");
  }

  @Test
  void runs_calls_side_by_side() {
    var barrier = new CyclicBarrier(4);
    assertThat(
            json(
                run(
                    "return (await Promise.all([1, 2, 3, 4].map(n =>"
                        + " servers.github.get_issue({n})))).map(r => r.n)",
                    Limits.STANDARD,
                    (_, input) -> {
                      meet(barrier);
                      return new Answer.Result(input);
                    })))
        .isEqualTo("[1,2,3,4]");
  }

  private static void meet(CyclicBarrier barrier) throws InterruptedException {
    try {
      barrier.await(10, TimeUnit.SECONDS);
    } catch (BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException("alone", e);
    }
  }

  @Test
  void goes_on_with_each_call_as_it_finishes() {
    var second = new CountDownLatch(1);
    var order = Collections.synchronizedList(new ArrayList<String>());
    run(
        "const slow = servers.github.get_issue({n: 1});"
            + "await servers.github.get_issue({n: 2}); await servers.github.get_issue({n: 3});"
            + "await slow",
        Limits.STANDARD,
        (_, input) -> {
          if (input.contains("1")) {
            second.await();
          }
          if (input.contains("3")) {
            second.countDown();
          }
          order.add(input);
          return new Answer.Result("{}");
        });
    assertThat(order.getFirst()).isEqualTo("{\"n\":2}");
    assertThat(order).hasSize(3);
  }

  @Test
  void lets_no_more_calls_run_at_once_than_may_and_the_others_wait() {
    var now = new AtomicInteger();
    var most = new AtomicInteger();
    var limits = new Limits(20_000, 5_000, 64L << 20, 100, 3, 4096, 4096, 4096, 4096);
    assertThat(
            json(
                run(
                    "const all = [...Array(40).keys()];"
                        + "return (await Promise.all(all.map(n =>"
                        + " servers.github.get_issue({n})))).every((r, i) => r.n === i)",
                    limits,
                    (_, input) -> {
                      most.accumulateAndGet(now.incrementAndGet(), Math::max);
                      now.decrementAndGet();
                      return new Answer.Result(input);
                    })))
        .isEqualTo("true");
    assertThat(most).hasValueBetween(1, 3);
  }

  @Test
  void lets_calls_finish_that_were_not_awaited_and_tells_their_number() {
    var finished = new AtomicInteger();
    var outcome =
        run(
            "for (let i = 0; i < 6; i++) {"
                + " servers.github.get_issue({}).then(() => console.log('no')) } return 1",
            new Limits(20_000, 5_000, 64L << 20, 100, 4, 4096, 4096, 4096, 4096),
            (_, _) -> {
              finished.incrementAndGet();
              return new Answer.Result("{}");
            });
    assertThat(outcome)
        .isEqualTo(new Returned("1", "", new Unawaited(6, Optional.of(new Place(1, 46))), 0));
    assertThat(finished).hasValue(4);
  }

  @Test
  void cancels_calls_that_were_not_awaited_when_the_time_is_over() {
    var cancelled = new CountDownLatch(1);
    var outcome =
        run(
            "servers.github.get_issue({}); return 1",
            new Limits(4_000, 5_000, 64L << 20, 100, 4, 4096, 4096, 4096, 4096),
            (_, _) -> never(cancelled));
    assertThat(outcome)
        .isEqualTo(new Returned("1", "", new Unawaited(1, Optional.of(new Place(1, 16))), 0));
    await().until(() -> cancelled.getCount() == 0);
  }

  static Answer never(CountDownLatch cancelled) throws InterruptedException {
    try {
      new CountDownLatch(1).await();
      return new Answer.Result("{}");
    } finally {
      cancelled.countDown();
    }
  }

  @Test
  void ends_the_run_when_the_caller_gives_up() throws InterruptedException {
    var started = new CountDownLatch(1);
    var cancelled = new CountDownLatch(1);
    var thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    Sandboxes.SANDBOX.run(
                        new Program("await servers.github.get_issue({})", Sandboxes.NAMES),
                        Limits.STANDARD,
                        (_, _) -> {
                          started.countDown();
                          return never(cancelled);
                        });
                  } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                  }
                });
    started.await();
    thread.interrupt();
    assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
  }
}
