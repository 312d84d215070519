package dev.sluice.e2e.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.McpScript.Answers;
import dev.sluice.testkit.mcp.McpScript.Lie;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Programs and servers that attack, through the whole gateway: each ends in one sentence or a
/// bounded result, and somebody else's calls go on.
final class ToolAttacksE2E {

  /// What a program may print, and a sentence.
  private static final int TEXT_CHARACTERS_MAX = 64 * 1024 + 500;

  private static final int MIB = 1 << 20;
  private static final String STOPPED = "The program was stopped ";
  private static final String SILENT = "server [a-z-]+ gave no result: [^\\n]{1,300}";

  private static AttackedWorld world;

  @BeforeAll
  static void start() {
    var scripts = new LinkedHashMap<String, McpScript>();
    scripts.put("lab", McpScript.STANDARD);
    scripts.put("plain", McpScript.STANDARD);
    scripts.put("events", McpScript.STANDARD.with(Answers.EVENTS));
    for (var lie : Lie.values()) {
      var script = McpScript.STANDARD.with(lie);
      scripts.put(name(lie), inEvents(lie) ? script.with(Answers.EVENTS) : script);
    }
    world =
        AttackedWorld.start(
            scripts,
            AttackedWorld.key("other", "{ server: plain, tools: [ \"*\" ] }")
                + AttackedWorld.key("leaver", "{ server: lab, tools: [ \"*\" ] }"));
  }

  @AfterAll
  static void stop() {
    try (var ended = world) {
      ended.assertNothingIsLeft();
    }
  }

  @AfterEach
  void it_was_contained(TestInfo test) {
    world.assertContained(test);
  }

  private static String name(Lie lie) {
    return lie.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static boolean inEvents(Lie lie) {
    return switch (lie) {
      case ANOTHERS_ID_FIRST, ANOTHERS_PROGRESS, NO_ANSWER -> true;
      default -> false;
    };
  }

  /// All at once.
  private static <T> List<T> all(List<Callable<T>> tasks) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<T>();
      for (Future<T> done : threads.invokeAll(tasks)) {
        answers.add(done.get());
      }
      return answers;
    }
  }

  /// Runs programs, four at a time, as a key may; each must end as it is told.
  private static void assertEnds(Map<String, String> endOfProgram) throws Exception {
    var client = world.client("attacker", "/mcp");
    List<Callable<String>> tasks = new ArrayList<>();
    endOfProgram.forEach((code, end) -> tasks.add(() -> client.run(code, 40).text()));
    var texts = all(tasks);
    var ends = List.copyOf(endOfProgram.values());
    for (int i = 0; i < texts.size(); i++) {
      assertThat(texts.get(i)).containsPattern(ends.get(i)).hasSizeLessThan(TEXT_CHARACTERS_MAX);
    }
  }

  @Test
  void programs_without_end_are_stopped() throws Exception {
    assertEnds(
        Map.of(
            "while (true) {}", STOPPED + "after",
            "const f = () => queueMicrotask(f); f(); await servers.lab.stall({})",
                STOPPED + "after",
            "/^(a+)+$/.test('a'.repeat(50) + '!')", STOPPED + "after",
            "return { get a() { for (;;); } }", STOPPED + "after"));
  }

  @Test
  void programs_that_take_memory_are_stopped() throws Exception {
    assertEnds(
        Map.of(
            "const a = []; for (;;) a.push(new Uint8Array(1 << 20))",
            STOPPED + "as it needed",
            "let s = 'x'; for (;;) s += s + 1",
            STOPPED + "as it needed|RangeError|InternalError|string too long",
            "const a = []; for (;;) a.push('x'.repeat(1000) + a.length)",
            STOPPED + "as it needed",
            "const f = (n) => f(n + 1) + 1; return f(0)",
            STOPPED + "as its functions",
            "for (;;) console.log('flood')",
            STOPPED + "after",
            "'" + "x".repeat(70_000) + "'",
            "The program has \\d+ bytes"));
  }

  @Test
  void programs_find_no_way_out() throws Exception {
    assertEnds(
        Map.of(
            "return ['process', 'require', 'Java', 'java', 'Packages', 'Polyglot', 'std', 'os',"
                + " 'fetch', 'WebAssembly', 'eval', 'load', 'read', 'module', 'setTimeout']"
                + ".filter((name) => globalThis[name] !== undefined).length + ' found'",
            "^\"?0 found",
            "return [].constructor.constructor('return 1')()",
            "EvalError",
            "return await import('node:fs')",
            "Error",
            "return Object.keys(servers).join(' ') + typeof servers.vault",
            "^TypeError: servers has no vault; it has: lab",
            "return await servers.vault.echo({ text: 'x' })",
            "TypeError",
            "return await servers['lab']['__proto__'].constructor('x')",
            "Error|undefined"));
  }

  @Test
  void nothing_of_a_program_is_found_by_the_next_one() throws Exception {
    assertEnds(
        Map.of(
            "Object.prototype.polluted = 1; Array.prototype.toJSON = () => 'mine';"
                + " globalThis.leak = 1; JSON.parse = () => 'evil'; return 'set'",
            "set"));
    assertEnds(
        Map.of(
            "return [typeof leak, typeof {}.polluted, await servers.lab.echo({ text: 'x' })]"
                + ".join(' ')",
            "undefined undefined x"));
  }

  @Test
  void a_thousand_calls_of_a_program_end_at_its_limit() throws Exception {
    assertEnds(
        Map.of(
            "await Promise.all(Array.from({ length: 1000 }, (_, i) =>"
                + " servers.lab.echo({ text: '' + i })))",
            STOPPED + "at its tool call number 201"));
  }

  @Test
  void a_thousand_calls_at_once_are_answered_or_refused() throws Exception {
    var client = world.client("attacker", "/mcp");
    Callable<ToolClient.Answer> call = () -> client.call("plain__echo", "{\"text\":\"x\"}");
    var answers = all(IntStream.range(0, 1000).mapToObj(_ -> call).toList());
    assertThat(answers)
        .allSatisfy(
            answer -> {
              assertThat(answer.status()).isIn(200, 429, 503);
              if (answer.status() != 503) {
                assertThat(answer.text())
                    .matches(
                        "x|streams: one more than there may be.*|key attacker has 256 calls.*");
              }
            });
    assertThat(answers).extracting(ToolClient.Answer::status).contains(200);
    assertThat(answers)
        .filteredOn(answer -> answer.status() == 200)
        .extracting(ToolClient.Answer::text)
        .contains("x");
    System.out.println(
        "a thousand calls at once: "
            + answers.stream()
                .collect(
                    java.util.stream.Collectors.groupingBy(
                        answer -> answer.status() + " " + answer.text(),
                        java.util.stream.Collectors.counting())));
  }

  @Test
  void results_of_100_MB_end_in_a_sentence() throws Exception {
    var huge = "{\"bytes\":" + 100 * MIB + "}";
    for (var name : List.of("plain", "events")) {
      var client = world.client("attacker", "/mcp/" + name);
      Callable<String> call = () -> client.call("huge", huge).text();
      assertThat(all(List.of(call, call))).allSatisfy(text -> assertThat(text).matches(SILENT));
      assertThat(client.call("echo", "{\"text\":\"still here\"}").text()).isEqualTo("still here");
    }
    assertEnds(
        Map.of("return await servers.lab.huge({ bytes: 104857600 })", "gave no result|bytes"));
  }

  @Test
  void a_result_that_is_larger_than_allowed_is_cut_with_a_note() {
    var client = world.client("attacker", "/mcp/plain");
    var text = client.call("huge", "{\"bytes\":" + 4 * MIB + "}").text();
    assertThat(text).hasSizeLessThan(MIB + 1_000).contains("[the gateway cut ");
  }

  @Test
  void a_server_that_lies_gets_one_sentence() {
    // So long that it does not come a byte at a time within the time that a call has.
    var mine = "mine".repeat(250);
    var arguments = "{\"text\":\"%s\"}".formatted(mine);
    for (var lie : Lie.values()) {
      var path = "/mcp/" + name(lie);
      switch (lie) {
        case CHANGING_LIST, ENDLESS_PAGES -> {}
        case ANOTHERS_ID_FIRST, ANOTHERS_PROGRESS ->
            assertThat(world.client("attacker", path).call("echo", arguments).text())
                .isEqualTo(mine);
        case ANOTHERS_ID,
            WRONG_TYPE,
            NO_JSON,
            REDIRECT,
            COMPRESSED,
            NO_ANSWER,
            DEEP,
            ENDLESS_HEAD,
            TRICKLE,
            BOTH -> {
          var text = world.client("attacker", path).call("echo", arguments).text();
          assertThat(text).as("%s", lie).matches(SILENT);
        }
      }
    }
  }

  @Test
  void a_server_whose_list_is_another_one_each_time_costs_little() throws Exception {
    var client = world.client("attacker", "/mcp/changing-list");
    AttackedWorld.awaitTool(client, "echo");
    var server = world.server("changing-list");
    var before = server.lists();
    var since = System.nanoTime();
    Callable<String> list = () -> client.ask("tools/list", "{}").result().toString();
    var lists = all(IntStream.range(0, 200).mapToObj(_ -> list).toList());
    server.toolsChanged();
    long seconds = Duration.ofNanos(System.nanoTime() - since).toSeconds();
    // A list has three pages, and is fetched each two seconds at most.
    assertThat(server.lists() - before).isLessThan((int) (seconds * 2 + 12));
    // The first list is pinned: what came with a later one is hidden.
    assertThat(lists).allSatisfy(text -> assertThat(text).contains("\"echo\""));
    assertThat(lists.stream().filter(text -> text.contains("mood-")).distinct().count())
        .isLessThan(2);
  }

  @Test
  void a_server_whose_list_has_no_end_is_named_as_away_and_the_others_are_there() {
    var client = world.client("attacker", "/mcp");
    // A hundred pages take their time, and before they were read it is away for another reason.
    Awaitility.await()
        .atMost(AttackedWorld.SOON)
        .untilAsserted(() -> assertEndless(client.ask("tools/list", "{}").result()));
  }

  private static void assertEndless(JsonNode answer) {
    assertThat(answer.at("/_meta/dev.sluice~1unavailable").findValuesAsString("server"))
        .as("%s", answer.path("_meta"))
        .contains("endless-pages");
    assertThat(answer.path("tools").findValuesAsString("name")).contains("plain__echo");
    assertThat(JsonMapper.shared().readTree(world.world().gateway().admin("/v1/mcp")).path("mcp"))
        .filteredOn(row -> row.path("name").asString("").equals("endless-pages"))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.at("/state/ready").asString()).isEqualTo("False");
              assertThat(row.at("/state/reason").asString()).isEqualTo("NoTools");
              assertThat(row.path("error").asString()).isEqualTo("tools/list: more than 100 pages");
            });
  }

  @Test
  void a_program_whose_key_is_suspended_meanwhile_calls_nothing_more() throws Exception {
    var client = world.client("leaver", "/mcp");
    int runs = world.server("lab").runs();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var program = "for (;;) await servers.lab.slow({ steps: 1, millis: 300 })";
      var answer = threads.submit(() -> client.run(program, 60).text());
      Awaitility.await()
          .atMost(AttackedWorld.SOON)
          .until(() -> world.server("lab").runs() > runs + 1);
      var manifests = Files.readString(world.world().manifests().resolve("world.yaml"));
      var name = "metadata: { name: leaver }\nspec:\n";
      world.write("world.yaml", manifests.replace(name, name + "  suspended: true\n"));
      assertThat(answer.get()).contains("key leaver is suspended");
    }
  }

  @Test
  void a_server_that_stalls_ends_its_call_and_no_other() throws Exception {
    List<Callable<String>> calls = new ArrayList<>();
    for (var name : List.of("plain", "events")) {
      var client = world.client("attacker", "/mcp/" + name);
      for (int i = 0; i < 50; i++) {
        calls.add(() -> client.call("stall", "{}").text());
      }
    }
    assertThat(all(calls)).allSatisfy(text -> assertThat(text).matches(SILENT));
  }

  @Test
  void a_key_whose_calls_stall_leaves_room_at_the_same_server_to_others() throws Exception {
    var client = world.client("attacker", "/mcp/plain");
    var other = world.client("other", "/mcp/plain");
    AttackedWorld.awaitTool(other, "echo");
    List<Callable<String>> calls = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      calls.add(() -> client.call("stall", "{}").text());
    }
    calls.add(
        () -> {
          Awaitility.await()
              .atMost(AttackedWorld.SOON)
              .untilAsserted(
                  () -> assertThat(client.call("echo", "{}").text()).contains("as many as may be"));
          return other.call("echo", "{\"text\":\"other\"}").text();
        });
    var texts = all(calls);
    assertThat(texts.removeLast()).isEqualTo("other");
    assertThat(texts)
        .allSatisfy(text -> assertThat(text).matches(SILENT + "|key attacker has 256 calls of .*"))
        .filteredOn(text -> text.startsWith("key"))
        .isNotEmpty();
  }

  @Test
  void a_flood_of_messages_ends_at_the_limit_of_the_stream() {
    var client = world.client("attacker", "/mcp/events");
    var answer = client.call("flood", "{\"count\":200000,\"bytes\":500}");
    assertThat(answer.text()).matches(SILENT);
  }
}
