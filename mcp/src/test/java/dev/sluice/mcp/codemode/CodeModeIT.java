package dev.sluice.mcp.codemode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.mcp.catalog.Visible;
import dev.sluice.mcp.codemode.run.RunLimits;
import dev.sluice.mcp.govern.Caller;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.sandbox.Capacity;
import dev.sluice.mcp.sandbox.Limits;
import dev.sluice.mcp.sandbox.Sandbox;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallFailure;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.CallSink;
import dev.sluice.mcp.upstream.call.Cancellation;
import dev.sluice.testkit.mcp.LegacyMcpSimulator;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.McpScript.Answers;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import dev.sluice.testkit.mcp.OldMcpSimulator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Programs that call tools of simulated servers of three kinds, through real connections.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CodeModeIT {
  private static final Limits FEW =
      new Limits(60_000, 10_000, 32 << 20, 200, 8, 64 << 10, 64 << 10, 256 << 10, 1 << 20);
  private static final CodeModeLimits LIMITS =
      CodeModeLimits.STANDARD.with(new RunLimits(FEW, 2, 1024, 0));

  private final ModernMcpSimulator modern =
      ModernMcpSimulator.start(McpScript.STANDARD.with(Answers.EVENTS));
  private final LegacyMcpSimulator legacy =
      LegacyMcpSimulator.start(McpScript.STANDARD.with(Answers.EVENTS));
  private final OldMcpSimulator old = OldMcpSimulator.start(McpScript.STANDARD);
  private final Sandbox sandbox =
      new Sandbox(new Capacity(2, 8, 128L << 20), InstantSource.system());
  private final Counter calls = new Counter();
  private final MetaTools tools = new MetaTools(sandbox, calls, LIMITS);

  /// With little CPU time, for programs without an end.
  private final MetaTools hasty =
      new MetaTools(
          sandbox,
          calls,
          CodeModeLimits.STANDARD.with(
              RunLimits.STANDARD.with(
                  new Limits(60_000, 300, 32 << 20, 20, 8, 4096, 4096, 4096, 1 << 20))));

  private final Caller caller =
      Callers.key(
          "ada",
          Callers.grant("issues", "*"),
          Callers.grant("people", "*"),
          Callers.grant("clock", "echo", "count"));
  private List<Connected> connected = List.of();
  private List<Visible> visible = List.of();

  @BeforeAll
  void connect() {
    connected =
        List.of(
            Connected.to("issues", modern.url()),
            Connected.to("people", legacy.url()),
            Connected.to("clock", old.url()));
    visible = connected.stream().flatMap(one -> Fake.visible(one.server()).stream()).toList();
  }

  @AfterAll
  void close() {
    connected.forEach(Connected::close);
    sandbox.close();
    modern.close();
    legacy.close();
    old.close();
  }

  static Call running(String code) {
    var params = JsonNodeFactory.instance.objectNode().put("name", "run_code");
    params.putObject("arguments").put("code", code);
    return Call.of("tools/call", params);
  }

  private CallResult run(Call call) {
    return tools.call(caller, visible, Map.of(), "run_code", call);
  }

  private CallResult hasty(String code) {
    return hasty.call(caller, visible, Map.of(), "run_code", running(code));
  }

  private static JsonNode json(CallResult result) {
    if (result instanceof CallResult.Result(var json)) {
      return json;
    }
    throw new AssertionError(result.toString());
  }

  private String returned(String code) {
    var json = json(run(running(code)));
    assertThat(json.path("isError").booleanValue(false)).as(json.toString()).isFalse();
    return text(json);
  }

  private String error(String code) {
    var json = json(run(running(code)));
    assertThat(json.path("isError").booleanValue(false)).as(json.toString()).isTrue();
    return text(json);
  }

  private static String text(JsonNode json) {
    return json.path("content").path(json.path("content").size() - 1).path("text").stringValue("");
  }

  @Test
  void joins_four_tools_of_three_servers_in_one_program() {
    var joined =
        returned(
            """
            const issues: {id: number, by: string}[] = await servers.issues.echo({
              text: JSON.stringify([{id: 1, by: "ada"}, {id: 2, by: "bob"}, {id: 3, by: "ada"}]),
            });
            const names = [...new Set(issues.map(issue => issue.by))];
            const [regions, people, when] = await Promise.all([
              servers.issues.regional({region: "eu"}),
              Promise.all(names.map(by => servers.people.echo({text: `{"by":"${by}","team":7}`}))),
              servers.clock.echo({text: "now"}),
            ]);
            return {regions, when, open: people.map(p =>
              [p.by, p.team, issues.filter(issue => issue.by === p.by).length])};
            """);
    assertThat(joined.replaceAll("\\s", ""))
        .isEqualTo("{\"regions\":\"eu\",\"when\":\"now\",\"open\":[[\"ada\",7,2],[\"bob\",7,1]]}");
  }

  @Test
  void runs_slow_tools_side_by_side() {
    long before = System.nanoTime();
    assertThat(
            returned(
                """
                const slow = {steps: 1, millis: 3000};
                return await Promise.all([1, 2, 3, 4].flatMap(
                  () => [servers.issues.slow(slow), servers.people.slow(slow)]));
                """))
        .contains("done");
    // One after the other they take 24 s.
    assertThat((System.nanoTime() - before) / 1_000_000).isBetween(3000L, 12_000L);
  }

  @Test
  void a_denied_tool_fails_within_the_program_as_one_that_is_not_there() {
    int sent = calls.called.size();
    assertThat(error("await servers.clock.slow({})")).contains("Unknown tool: slow", "line 1");
    assertThat(calls.called).hasSize(sent);
    assertThat(returned("try { await servers.clock.slow({}) } catch (e) { return e.message }"))
        .isEqualTo("\"Unknown tool: slow\"");
  }

  @Test
  void a_program_catches_what_a_tool_fails_with() {
    assertThat(
            returned(
                    "try { await servers.issues.fail({}) }"
                        + " catch (e) { return [e.name, e.message] }")
                .replaceAll("\\s", ""))
        .isEqualTo("[\"ToolError\",\"itfailed\"]");
    assertThat(error("const a = 1;\nawait servers.people.error({})"))
        .contains("An error of its own (line 2");
  }

  @Test
  void a_thousand_calls_end_at_the_limit() {
    int sent = calls.called.size();
    assertThat(error("for (let i = 0; i < 1000; i++) await servers.people.echo({text: 'a'})"))
        .contains("tool call number 201", "200 are allowed");
    assertThat(calls.called).hasSize(sent + 200);
  }

  @Test
  void a_result_of_a_hundred_megabytes_reaches_no_program() {
    long free = sandbox.memoryBytesFree();
    assertThat(error("return (await servers.issues.huge({bytes: 100000000})).length"))
        .contains("the server gave no answer");
    assertThat(error("return (await servers.issues.huge({bytes: 2000000})).length"))
        .contains("The result of issues.huge had", "1048576 are allowed");
    assertThat(
            returned("try { await servers.issues.huge({bytes: 2000000}) } catch { return 'on' }"))
        .isEqualTo("\"on\"");
    assertThat(sandbox.memoryBytesFree()).isEqualTo(free);
  }

  @Test
  void an_infinite_loop_ends_while_programs_of_other_keys_go_on() {
    var loop = new AtomicReference<CallResult>();
    var thread = Thread.ofVirtual().start(() -> loop.set(hasty("while (true) {}")));
    var other = Callers.key("bob", Callers.grant("issues", "*"));
    for (int i = 0; i < 3; i++) {
      var result =
          tools.call(
              other,
              visible,
              Map.of(),
              "run_code",
              running("return await servers.issues.echo({text: 'b'})"));
      assertThat(text(json(result))).isEqualTo("\"b\"");
    }
    await().atMost(Duration.ofMinutes(1)).until(() -> !thread.isAlive());
    assertThat(text(json(loop.get()))).contains("computed for 300 ms");
  }

  @Test
  void the_callers_cancellation_ends_the_program_and_its_calls() {
    int runs = modern.runs();
    int cancelled = modern.cancelled().size();
    var cancellation = new Cancellation();
    var result = new AtomicReference<CallResult>();
    var call =
        running("await Promise.all([servers.issues.stall({}), servers.issues.stall({})])")
            .with(cancellation);
    var thread = Thread.ofVirtual().start(() -> result.set(run(call)));
    await().until(() -> modern.runs() == runs + 2);
    cancellation.cancel("enough");
    await().until(() -> !thread.isAlive());
    assertThat(result.get()).isInstanceOf(CallResult.Failed.class);
    if (result.get() instanceof CallResult.Failed(var failure)) {
      assertThat(failure.reason()).isEqualTo(CallFailure.Reason.CANCELLED);
    }
    await().until(() -> modern.cancelled().size() == cancelled + 2);
  }

  @Test
  void a_limit_that_ends_a_program_ends_its_calls() {
    int cancelled = modern.cancelled().size();
    int runs = modern.runs();
    calls.before("echo", () -> await().until(() -> modern.runs() == runs + 1));
    var stopped =
        hasty("servers.issues.stall({}); await servers.clock.echo({text: 'now'}); while (true) {}");
    assertThat(text(json(stopped))).contains("computed for 300 ms");
    await().until(() -> modern.cancelled().size() == cancelled + 1);
  }

  @Test
  void tells_progress_while_the_program_runs_and_lets_servers_ask_the_user() {
    var told = new CopyOnWriteArrayList<String>();
    var asked = new CopyOnWriteArrayList<String>();
    var call =
        running(
            "const name = await Promise.all([servers.issues.ask({}), servers.people.ask({})]);"
                + "await servers.issues.slow({steps: 2, millis: 1}); return name");
    call.params().putObject("_meta").put("progressToken", "p").put("claudecode/toolUseId", "t1");
    int sent = calls.called.size();
    var json = json(run(call.with(sink(told, asked))));
    assertThat(text(json).replaceAll("\\s+", " ")).isEqualTo("[ \"accept Ada\", \"accept Ada\" ]");
    assertThat(asked).hasSize(2).doesNotHaveDuplicates();
    assertThat(told).contains("p issues.slow: 1", "p 3 calls made");
    for (var inner : calls.called.subList(sent, calls.called.size())) {
      assertThat(inner.params().path("_meta").path("claudecode/toolUseId").stringValue(""))
          .isEqualTo("t1");
    }
  }

  /// Answers what it is asked with a name.
  private static CallSink sink(List<String> told, List<String> asked) {
    return new CallSink() {
      @Override
      public void notification(Message.Notification notification) {
        var params = notification.params();
        told.add(
            params.path("progressToken").asString("") + " " + params.path("message").asString(""));
      }

      @Override
      public Message request(Message.Request request) {
        asked.add(request.id().toString());
        var result = JsonNodeFactory.instance.objectNode().put("action", "accept");
        result.putObject("content").put("name", "Ada");
        return new Message.Answer(request.id(), result);
      }
    };
  }

  @Test
  void one_key_has_only_so_many_programs_at_once() {
    var cancellation = new Cancellation();
    int runs = modern.runs();
    int cancelled = modern.cancelled().size();
    var stalled = running("await servers.issues.stall({})").with(cancellation);
    var threads =
        List.of(
            Thread.ofVirtual().start(() -> run(stalled)),
            Thread.ofVirtual().start(() -> run(stalled)));
    await().until(() -> modern.runs() == runs + 2);
    var third = running("return 1");
    third.params().withObject("arguments").put("timeout_seconds", 1);
    assertThat(text(json(run(third)))).contains("2 programs of your key are running");
    var other = Callers.key("bob", Callers.grant("issues", "*"));
    assertThat(text(json(tools.call(other, visible, Map.of(), "run_code", running("return 1")))))
        .isEqualTo("1");
    cancellation.cancel("enough");
    await().until(() -> threads.stream().noneMatch(Thread::isAlive));
    assertThat(returned("return 2")).isEqualTo("2");
    await().until(() -> modern.cancelled().size() == cancelled + 2);
  }

  @Test
  void what_a_program_waits_for_its_turn_is_of_its_time() throws InterruptedException {
    var cancellation = new Cancellation();
    int runs = modern.runs();
    int cancelled = modern.cancelled().size();
    var stalled = running("await servers.issues.stall({})").with(cancellation);
    var threads =
        List.of(
            Thread.ofVirtual().start(() -> run(stalled)),
            Thread.ofVirtual().start(() -> run(stalled)));
    await().until(() -> modern.runs() == runs + 2);
    var third = running("await servers.issues.stall({})");
    third.params().withObject("arguments").put("timeout_seconds", 6);
    var told = new AtomicReference<String>();
    var waiting = Thread.ofVirtual().start(() -> told.set(text(json(run(third)))));
    await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
    cancellation.cancel("enough");
    for (var thread : threads) {
      thread.join();
    }
    waiting.join();
    assertThat(told.get()).startsWith("The program was stopped after 6000 ms");
    await().until(() -> modern.cancelled().size() == cancelled + 3);
  }
}
