package dev.sluice.e2e.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.foreign.LongSession.Part;
import dev.sluice.e2e.foreign.LongSession.Seen;
import dev.sluice.testkit.billing.BillEntry;
import dev.sluice.testkit.billing.Outcome;
import dev.sluice.testkit.provider.ReceivedRequest;
import dev.sluice.testkit.script.Script;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One long session of the real Claude Code at each type of provider, some side by side: what a
/// developer sees of it is, to the byte, what the same session shows at Anthropic.
final class ClaudeCodeSessionsE2E {

  /// What became of answers that a provider broke off: where the client leaves first, or nothing of
  /// the answer has come, the record says so, and it is paid for just the same.
  private static final String[] CUT = {"broken", "cancelled", "upstream_unavailable"};

  private static final int SIDE_BY_SIDE = 4;

  /// How the image and the document begin in base64.
  private static final String IMAGE = "iVBORw0KGgoAAAANSUhEUgAAACgAAAAe";

  private static final String DOCUMENT = "JVBERi0xLjQK";

  /// Who does not read documents.
  private static final String READS_NONE = "compatible";

  /// Chats tell the end of an answer, but not of a call before it: none is made of one that broke.
  private static final Set<String> TELLS_NO_ENDS = Set.of("chat", "compatible", "azure-dated");

  private static final Map<String, Future<Map<Part, Seen>>> SESSIONS = new LinkedHashMap<>();

  private static EachType each;

  @BeforeAll
  static void run() {
    each = EachType.start();
    try (var lanes = Executors.newFixedThreadPool(SIDE_BY_SIDE)) {
      for (var key : EachType.KEYS) {
        SESSIONS.put(key, lanes.submit(() -> LongSession.run(each, key)));
      }
    }
  }

  @AfterAll
  static void stop() {
    each.close();
  }

  static Stream<String> abroad() {
    return EachType.KEYS.stream().filter(key -> !key.equals(EachType.HOME));
  }

  static List<String> everywhere() {
    return EachType.KEYS;
  }

  @ParameterizedTest
  @MethodSource("abroad")
  void an_answer_of_200_kilobytes_is_the_same(String key) throws Exception {
    assertSame(key, Part.LONG_ANSWER);
    var told = JsonMapper.shared().readTree(seen(key, Part.LONG_ANSWER).result().get("result"));
    assertThat(told.asString("").getBytes(StandardCharsets.UTF_8))
        .hasSizeBetween(LongSession.LONG_BYTES - 10, LongSession.LONG_BYTES);
  }

  @ParameterizedTest
  @MethodSource("abroad")
  void goes_on_by_itself_after_an_answer_that_was_cut(String key) throws Exception {
    assertSame(key, Part.CUT_ANSWER);
    assertThat(steps(key, Part.CUT_ANSWER)).contains("Output token limit hit.", "The rest.");
  }

  @ParameterizedTest
  @MethodSource("abroad")
  void waits_for_two_agents_that_run_side_by_side(String key) throws Exception {
    assertSame(key, Part.AGENTS);
    assertThat(steps(key, Part.AGENTS)).contains("your part is the second", "A part.");
  }

  @ParameterizedTest
  @MethodSource("abroad")
  void sees_images_and_failures_of_tools_that_run_side_by_side(String key) throws Exception {
    assertSame(key, Part.TOOLS);
    assertThat(steps(key, Part.TOOLS)).contains("File does not exist", "Exit code 3", IMAGE);
    assertThat(wasSent(key, IMAGE)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void shows_what_the_model_thought_and_takes_it_back_to_it(String key) throws Exception {
    assertThat(seen(key, Part.TOOLS).thoughts())
        .isEqualTo(Thoughts.isShown(key) ? List.of(LongSession.THOUGHT) : List.of());
    var next =
        each.simulator(key).requests().stream()
            .filter(request -> has(request, "Exit code 3"))
            .findFirst()
            .orElseThrow();
    assertThat(Thoughts.isBack(key, next, LongSession.THOUGHT, LongSession.MISSING))
        .isEqualTo(Thoughts.comesBack(key));
  }

  @ParameterizedTest
  @MethodSource("abroad")
  void reads_a_document_or_goes_on_without(String key) throws Exception {
    assertThat(wasSent(key, DOCUMENT)).isEqualTo(!key.equals(READS_NONE));
    if (key.equals(READS_NONE)) {
      assertThat(seen(key, Part.DOCUMENT).result())
          .isEqualTo(seen(EachType.HOME, Part.DOCUMENT).result());
      assertThat(steps(key, Part.DOCUMENT)).contains("could not be processed and was removed");
    } else {
      assertSame(key, Part.DOCUMENT);
    }
  }

  @ParameterizedTest
  @MethodSource("abroad")
  void ends_well_where_the_provider_breaks_off(String key) throws Exception {
    assertSame(key, Part.BROKEN_EARLY);
    assertSame(key, Part.BROKEN_BY_AN_ERROR);
    assertThat(steps(key, Part.BROKEN_LATE)).contains("First.", "Resumed.");
    if (TELLS_NO_ENDS.contains(key)) {
      assertThat(steps(key, Part.BROKEN_LATE))
          .contains("was cut off mid-stream")
          .doesNotContain("calls");
    } else {
      assertSame(key, Part.BROKEN_LATE);
    }
  }

  @ParameterizedTest
  @MethodSource("abroad")
  void goes_on_after_a_long_conversation_was_made_short(String key) throws Exception {
    assertSame(key, Part.COMPACT);
    assertSame(key, Part.AFTER_COMPACT);
    assertThat(steps(key, Part.COMPACT)).contains("compacted: manual", "Much was written.");
  }

  @ParameterizedTest
  @MethodSource("abroad")
  void makes_a_conversation_short_that_the_provider_finds_too_long(String key) throws Exception {
    assertSame(key, Part.FILLED);
    assertSame(key, Part.FULL);
    assertThat(steps(key, Part.FULL)).contains("compacted: auto", "Recovered.");
    assertThat(billed(key, Outcome.REFUSED)).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void what_came_whole_costs_what_it_is_billed(String key) throws Exception {
    seen(key, Part.FULL);
    var whole = billed(key, Outcome.COMPLETED);
    Awaitility.await()
        .atMost(Foreign.SOON)
        .until(
            () ->
                usage(key, "completed").size() == whole.size()
                    && usage(key, CUT).size() == billed(key, Outcome.ERROR).size());
    assertThat(sum(usage(key, "completed").stream().map(ClaudeCodeSessionsE2E::cost)))
        .isEqualByComparingTo(sum(whole.stream().map(BillEntry::usd)));
    var cut = usage(key, CUT);
    assertThat(cut)
        .allMatch(usage -> usage.path("estimated").asBoolean() && cost(usage).signum() > 0);
    assertThat(sum(cut.stream().map(ClaudeCodeSessionsE2E::cost)))
        .isGreaterThanOrEqualTo(sum(billed(key, Outcome.ERROR).stream().map(BillEntry::usd)));
    assertThat(each.gateway(key).budgets(key).get(0).path("held").asString()).isEqualTo("0");
    assertThat(each.simulator(key).violations()).isEmpty();
  }

  @Test
  void a_document_passes_over_who_reads_none() throws Exception {
    seen(READS_NONE, Part.FULL);
    seen(EachType.HOME, Part.FULL);
    try (var claude = each.claude(EachType.PASSING);
        var dialogue = claude.dialogue()) {
      var first = each.simulator(READS_NONE);
      var session = new LongSession(EachType.PASSING, claude, dialogue, first);
      session.writeFiles();
      each.simulator(EachType.HOME).next(Script.answer().text("Read."));
      var seen = session.play(Part.DOCUMENT);
      first.clearScripts();
      assertSame(EachType.PASSING, Part.DOCUMENT, seen);
    }
  }

  private static void assertSame(String key, Part part) throws Exception {
    assertSame(key, part, seen(key, part));
  }

  private static void assertSame(String key, Part part, Seen seen) throws Exception {
    assertThat(seen.withoutThoughts())
        .as("%s at %s", part, key)
        .isEqualTo(seen(EachType.HOME, part).withoutThoughts());
  }

  private static Seen seen(String key, Part part) throws Exception {
    return SESSIONS.get(key).get().get(part);
  }

  private static String steps(String key, Part part) throws Exception {
    return String.join("\n", seen(key, part).steps());
  }

  private static boolean wasSent(String key, String text) {
    return each.simulator(key).requests().stream().anyMatch(request -> has(request, text));
  }

  private static boolean has(ReceivedRequest request, String text) {
    return request.body().stream()
        .anyMatch(body -> new String(body, StandardCharsets.UTF_8).contains(text));
  }

  private static List<BillEntry> billed(String key, Outcome outcome) {
    return each.simulator(key).settledBill().entries().stream()
        .filter(entry -> entry.outcome() == outcome)
        .toList();
  }

  /// Of a provider, which is called as its key is: of all that were asked of it.
  private static List<JsonNode> usage(String key, String... outcomes) {
    return each.gateway(key).usage().stream()
        .filter(usage -> usage.path("provider").asString("").equals(key))
        .filter(usage -> List.of(outcomes).contains(usage.path("outcome").asString("")))
        .toList();
  }

  private static BigDecimal cost(JsonNode usage) {
    return new BigDecimal(usage.path("costUsd").asString(""));
  }

  private static BigDecimal sum(Stream<BigDecimal> costs) {
    return costs.reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
