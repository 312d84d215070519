package dev.sluice.mcp.sandbox;

import static dev.sluice.mcp.sandbox.Sandboxes.PATIENT;
import static dev.sluice.mcp.sandbox.Sandboxes.SMALL;
import static dev.sluice.mcp.sandbox.Sandboxes.returned;
import static dev.sluice.mcp.sandbox.Sandboxes.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.mcp.sandbox.Outcome.Broken;
import dev.sluice.mcp.sandbox.Outcome.Failed;
import dev.sluice.mcp.sandbox.Outcome.Returned;
import dev.sluice.mcp.sandbox.Outcome.Stopped;
import dev.sluice.mcp.sandbox.Tools.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Attacks, and that nothing is left of them: no thread, no memory, nothing in the next run.
class ContainmentTest {
  private static final AtomicInteger UNDER_WAY = new AtomicInteger();
  private static final int HEAP_BYTES_MAX = 24 << 20;
  private static long heapBefore;

  record Attack(String name, List<String> outcomes, String code) {
    @Override
    public String toString() {
      return name;
    }
  }

  /// From `attacks.txt`: a name, what may come of it, and the program.
  static Stream<Attack> attacks() {
    try (var in = ContainmentTest.class.getResourceAsStream("/sandbox/attacks.txt")) {
      var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(text.split("(?m)^=== ")).skip(1).map(ContainmentTest::attack);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Attack attack(String text) {
    var lines = text.split("\n", 2);
    var head = lines[0].split(" -> ");
    return new Attack(head[0], List.of(head[1].strip().split(" or ")), lines[1].strip());
  }

  @BeforeAll
  static void measure() {
    returned("return 1");
    await().until(() -> Sandboxes.SANDBOX.ready() == 2);
    heapBefore = heapBytes();
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void contains(Attack attack) {
    var limits = attack.outcomes.contains("CpuTime") ? SMALL : PATIENT;
    var outcome = run(attack.code, limits, ContainmentTest::answer);
    assertThat(attack.outcomes).contains(told(outcome));
    assertNothingIsLeft();
  }

  private static String told(Outcome outcome) {
    return switch (outcome) {
      case Returned returned -> String.valueOf(returned.json());
      case Failed failed ->
          failed.error().name().isEmpty() ? failed.error().message() : failed.error().name();
      case Stopped stopped -> stopped.exceeded().getClass().getSimpleName();
      case Broken _ -> "Broken";
    };
  }

  private static Answer answer(ToolName tool, String input) throws InterruptedException {
    UNDER_WAY.incrementAndGet();
    try {
      if (input.contains("never")) {
        new CountDownLatch(1).await();
      }
      if (input.contains("huge")) {
        return new Answer.Result("\"" + "x".repeat(100 << 20) + "\"");
      }
      if (input.contains("deep")) {
        return new Answer.Result("[".repeat(30_000) + "]".repeat(30_000));
      }
      return new Answer.Result(input);
    } finally {
      UNDER_WAY.decrementAndGet();
    }
  }

  private static void assertNothingIsLeft() {
    soon(() -> UNDER_WAY.get() == 0);
    soon(() -> runThreads() == 0);
    assertThat(
            returned(
                "return [Object.keys(globalThis), typeof leak, typeof {}.polluted, [].length,"
                    + " JSON.stringify({a: 1}), await servers.github.get_issue({n: 1})]"))
        .isEqualTo("[[],\"undefined\",\"undefined\",0,\"{\\\"a\\\":1}\",{\"n\":1}]");
    assertThat(Sandboxes.SANDBOX.memoryBytesFree()).isEqualTo(Sandboxes.MEMORY_BYTES_MAX);
    soon(() -> Sandboxes.SANDBOX.ready() == 2);
    assertThat(heapBytes() - heapBefore).isLessThan(HEAP_BYTES_MAX);
  }

  private static void soon(Callable<Boolean> condition) {
    await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2)).until(condition);
  }

  private static long runThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("sandbox-run"))
        .count();
  }

  private static long heapBytes() {
    var memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }

  @Test
  void has_exactly_these_globals() {
    assertThat(returned("return Reflect.ownKeys(globalThis).map(String).sort().join(' ')"))
        .isEqualTo(
            '"'
                + String.join(
                    " ",
                    "$resume AggregateError Array ArrayBuffer AsyncDisposableStack BigInt",
                    "BigInt64Array BigUint64Array Boolean DataView Date DisposableStack Error",
                    "EvalError Float16Array Float32Array Float64Array Function Infinity Int16Array",
                    "Int32Array Int8Array InternalError Iterator JSON Map Math NaN Number Object",
                    "Promise Proxy RangeError ReferenceError Reflect RegExp Set String",
                    "SuppressedError Symbol Symbol(Symbol.toStringTag) SyntaxError",
                    "TypeError URIError Uint16Array Uint32Array Uint8Array",
                    "Uint8ClampedArray WeakMap WeakSet console decodeURI decodeURIComponent",
                    "encodeURI encodeURIComponent escape globalThis isFinite isNaN parseFloat",
                    "parseInt queueMicrotask servers undefined unescape")
                + '"');
  }

  @Test
  void hides_the_way_to_the_host_from_everything_that_can_be_reached() {
    assertThat(
            returned(
                """
                const seen = new Set(), found = [];
                const walk = (value, path) => {
                  if (Object(value) !== value || seen.has(value)) return;
                  seen.add(value);
                  if (/java_invoke|Javy|plugin/.test(path)) found.push(path);
                  for (const key of Reflect.ownKeys(value)) {
                    const d = Reflect.getOwnPropertyDescriptor(value, key);
                    for (const part of ['value', 'get', 'set']) {
                      if (part in d) walk(d[part], path + '.' + String(key));
                    }
                  }
                  walk(Reflect.getPrototypeOf(value), path + '.__proto__');
                };
                walk(globalThis, '');
                return [found, seen.size > 500];
                """))
        .isEqualTo("[[],true]");
  }

  @Test
  void makes_no_code_of_text_by_any_constructor() {
    assertThat(
            returned(
                """
                const tried = [Function, (function* () {}).constructor,
                  (async () => {}).constructor, (async function* () {}).constructor,
                  class {}.constructor,
                  Reflect.getPrototypeOf(Function).constructor, console.log.constructor,
                  servers.github.get_issue.constructor, Math.max.constructor];
                return tried.map((make) => {
                  try { return typeof make('return 1') } catch (e) { return e.name }
                }).join(' ') + ' ' + typeof eval;
                """))
        .isEqualTo("\"" + "EvalError ".repeat(9) + "undefined\"");
  }

  @Test
  void lets_no_program_wait_on_another() throws InterruptedException {
    var entered = new CountDownLatch(1);
    var leave = new CountDownLatch(1);
    var thread =
        Thread.ofVirtual()
            .start(
                () ->
                    run(
                        "globalThis.leak = 1; Object.prototype.polluted = 1;"
                            + "await servers.github.get_issue({})",
                        Limits.STANDARD,
                        (_, _) -> {
                          entered.countDown();
                          leave.await();
                          return new Answer.Result("1");
                        }));
    entered.await();
    assertThat(returned("return [typeof leak, typeof {}.polluted]"))
        .isEqualTo("[\"undefined\",\"undefined\"]");
    leave.countDown();
    thread.join();
  }
}
