package dev.sluice.e2e.foreign;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.e2e.World;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.openai.OpenAiSimulator;
import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.openai.config.Quirks;
import dev.sluice.testkit.openai.config.Quirks.ErrorShape;
import dev.sluice.testkit.openai.config.Quirks.Habit;
import dev.sluice.testkit.openai.config.Quirks.ToolIndex;
import dev.sluice.testkit.openai.config.Quirks.UsageReport;
import dev.sluice.testkit.provider.Simulator;
import dev.sluice.testkit.script.Script;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Services that tell calls of tools and errors as those behind the presets were seen to: a client
/// hears the same of all of them.
final class PresetHabitsE2E {

  private static final Quirks WHOLE = Quirks.NONE.with(Habit.WHOLE_TOOL_CALLS);

  /// By preset, as decision 24 has it.
  private static final Map<String, Quirks> HABITS =
      new TreeMap<>(
          Map.ofEntries(
              entry("groq", WHOLE.withUsage(UsageReport.IN_X_GROQ)),
              entry("cerebras", WHOLE.withErrors(ErrorShape.BARE)),
              entry(
                  "mistral", WHOLE.withErrors(ErrorShape.NAMED).withUsage(UsageReport.WITH_FINISH)),
              entry("xai", WHOLE.withErrors(ErrorShape.CODE_AND_TEXT)),
              entry("openrouter", Quirks.NONE.withErrors(ErrorShape.NUMERIC_CODE)),
              entry("fireworks", Quirks.NONE.withErrors(ErrorShape.TEXT)),
              entry("nebius", Quirks.NONE.withErrors(ErrorShape.DETAIL)),
              entry("zai", WHOLE.withUsage(UsageReport.WITH_FINISH)),
              entry(
                  "minimax",
                  WHOLE
                      .with(Habit.WHOLE_AT_END)
                      .withToolIndex(ToolIndex.MISSING)
                      .withErrors(ErrorShape.BASE_RESPONSE)),
              entry("dashscope", Quirks.NONE.with(Habit.EMPTY_LATER_IDS)),
              entry(
                  "cohere",
                  Quirks.NONE.withErrors(ErrorShape.MESSAGE).withUsage(UsageReport.WITH_FINISH)),
              entry("ollama", WHOLE.withToolIndex(ToolIndex.ZERO)),
              entry("vllm", Quirks.NONE.withErrors(ErrorShape.NAMED)),
              entry(
                  "sglang", Quirks.NONE.with(Habit.REPEATED_IDS).withToolIndex(ToolIndex.MISSING)),
              entry(
                  "lmstudio",
                  Quirks.NONE.with(Habit.EMPTY_LATER_IDS).withErrors(ErrorShape.DETAILS))));

  /// Who tells errors with status 200.
  private static final String WITHOUT_STATUS = "minimax";

  private static final String MODEL = "open-model";

  private static Services services;

  private record Services(World world, Map<String, Simulator> byKey) implements Foreign {

    static Services start() {
      var prices = PriceTable.of(Map.of(MODEL, OpenAiConfig.price("2", "8", "0.5")));
      var byKey = new TreeMap<String, Simulator>();
      HABITS.forEach(
          (preset, quirks) -> {
            var config = OpenAiConfig.of(prices, Set.of()).withQuirks(quirks);
            byKey.put(preset, OpenAiSimulator.start(config));
          });
      var manifests =
          byKey.entrySet().stream()
              .map(service -> manifests(service.getKey(), service.getValue()))
              .collect(Collectors.joining());
      return new Services(World.start(manifests), byKey);
    }

    private static String manifests(String preset, Simulator service) {
      var type =
          "type: OpenAICompatible\n  preset: %s\n  endpoint: %s/v1"
              .formatted(preset, service.uri());
      return World.provider(preset, type, OpenAiConfig.API_KEY, World.priced(MODEL))
          + """
          ---
          apiVersion: sluice.dev/v1alpha1
          kind: VirtualKey
          metadata: { name: %1$s }
          spec:
            providers: [ { name: %1$s } ]
            budgets: [ { limitUsd: "50", window: Day } ]
            aliases: [ { name: "claude-opus-5-5", to: %1$s/%2$s } ]
          """
              .formatted(preset, MODEL);
    }

    @Override
    public List<String> keys() {
      return List.copyOf(byKey.keySet());
    }

    @Override
    public GatewayProcess gateway(String key) {
      return world.gateway();
    }

    @Override
    public Simulator simulator(String key) {
      return Objects.requireNonNull(byKey.get(key), key);
    }

    @Override
    public List<Simulator> simulators() {
      return List.copyOf(byKey.values());
    }

    @Override
    public void close() {
      world.close();
      simulators().forEach(Simulator::close);
    }
  }

  static Set<String> presets() {
    return HABITS.keySet();
  }

  @BeforeAll
  static void start() {
    services = Services.start();
  }

  @AfterAll
  static void stop() {
    services.close();
  }

  private static final String TOOLS =
      """
      ,"tools":[{"name":"Read","input_schema":{"type":"object"}},
                {"name":"Grep","input_schema":{"type":"object"}}]""";

  private static Script calls() {
    return Script.answer()
        .text("Both.")
        .tool("Read", Map.of("path", "a.txt"))
        .tool("Grep", Map.of("words", "forty-two and more"));
  }

  @ParameterizedTest
  @MethodSource("presets")
  void a_stream_tells_the_text_and_both_calls(String preset) {
    services.simulator(preset).next(calls());
    var answer = services.ask(preset, "/v1/messages", "Why?", ",\"stream\":true" + TOOLS);
    assertThat(answer.statusCode()).as(Foreign.text(answer)).isEqualTo(200);
    assertThat(told(Foreign.text(answer)))
        .containsExactly(
            "Both.", "Read", "{\"path\":\"a.txt\"}", "Grep", "{\"words\":\"forty-two and more\"}");
    services.assertNoCallIsLeft();
  }

  /// The texts, names and inputs of all blocks.
  private static List<String> told(String stream) {
    var blocks = new TreeMap<Integer, StringBuilder>();
    stream
        .lines()
        .filter(line -> line.startsWith("data: "))
        .map(line -> JsonMapper.shared().readTree(line.substring("data: ".length())))
        .forEach(
            event ->
                blocks
                    .computeIfAbsent(event.path("index").asInt(-1), _ -> new StringBuilder())
                    .append(part(event)));
    return blocks.values().stream()
        .flatMap(block -> Stream.of(block.toString().split("\n")))
        .filter(line -> !line.isEmpty())
        .toList();
  }

  private static String part(JsonNode event) {
    var delta = event.path("delta");
    return switch (event.path("type").asString("")) {
      case "content_block_start" -> event.path("content_block").path("name").asString("") + "\n";
      case "content_block_delta" ->
          delta.path("text").asString("") + delta.path("partial_json").asString("");
      default -> "";
    };
  }

  static Stream<String> withStatus() {
    return HABITS.keySet().stream().filter(preset -> !preset.equals(WITHOUT_STATUS));
  }

  @ParameterizedTest
  @MethodSource("withStatus")
  void an_error_is_told_in_the_clients_words(String preset) {
    services.simulator(preset).next(Script.fails(429, "rate_limit_error", "Slow down."));
    var answer = services.ask(preset, "/v1/messages", "Why?", "");
    assertThat(answer.statusCode()).as(Foreign.text(answer)).isEqualTo(429);
    assertThat(Foreign.text(answer)).contains("\"rate_limit_error\"");
    services.simulator(preset).next(Script.fails(400, "invalid_request_error", "So wrong."));
    var wrong = services.ask(preset, "/v1/messages", "Why?", "");
    assertThat(wrong.statusCode()).as(Foreign.text(wrong)).isEqualTo(400);
    assertThat(Foreign.text(wrong)).contains("\"invalid_request_error\"", "So wrong.");
    services.assertNoCallIsLeft();
  }

  @Test
  void an_error_with_a_good_status_is_told_in_a_stream() {
    var limited = Script.fails(429, "rate_limit_error", "Slow down.");
    services.simulator(WITHOUT_STATUS).next(limited);
    var answer = services.stream(WITHOUT_STATUS);
    assertThat(Foreign.text(answer)).contains("event: error", "\"rate_limit_error\"");
    services.assertNoCallIsLeft();
  }

  @ParameterizedTest
  @MethodSource("presets")
  void an_error_in_the_middle_ends_the_stream_with_an_error(String preset) {
    services
        .simulator(preset)
        .next(Script.answer().textOfTokens(40).errorAfter(5, "overloaded_error", "Too busy."));
    var answer = services.ask(preset, "/v1/messages", "Why?", ",\"stream\":true");
    assertThat(Foreign.text(answer)).contains("event: error").doesNotContain("message_stop");
    services.assertNoCallIsLeft();
  }
}
