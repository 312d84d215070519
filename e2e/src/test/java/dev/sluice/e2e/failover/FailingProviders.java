package dev.sluice.e2e.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.e2e.World;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.anthropic.AnthropicSimulator;
import dev.sluice.testkit.anthropic.SimulatorConfig;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.openai.OpenAiSimulator;
import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.provider.Simulator;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/// A gateway with keys whose first provider may fail, a client of it, and its books.
record FailingProviders(World world, AnthropicSimulator spare, OpenAiSimulator openAi)
    implements AutoCloseable {

  private static final String GPT = "gpt-4.1";
  private static final String SONNET = "claude-opus-5-5";

  private static final String SPARE = "spare";

  /// The providers whose simulator is `openAi`.
  private static final List<String> OF_OPEN_AI = List.of("gpt", "plain");

  private static final String SHY =
      """
      type: Anthropic
        outlier: { consecutiveErrors: 2, ejectFor: 6s }
        endpoint: SIMULATOR\
      """;

  static FailingProviders start() {
    var spare = AnthropicSimulator.start(SimulatorConfig.of(PriceTable.recorded()));
    var openAi = OpenAiSimulator.start(OpenAiConfig.standard());
    var patient = "\n  outlier: { consecutiveErrors: 1000 }";
    var anthropic = "type: Anthropic" + patient + "\n  endpoint: ";
    var hurried = "type: Anthropic\n  timeouts: { firstByte: 1s }" + patient + "\n  endpoint: ";
    var manifests =
        World.provider("first", anthropic + "SIMULATOR", SimulatorConfig.API_KEY, "")
            + World.provider("spare", anthropic + spare.uri(), SimulatorConfig.API_KEY, "")
            + World.provider(
                "calm",
                "type: Anthropic" + patient + "\n  endpoint: SIMULATOR",
                SimulatorConfig.API_KEY,
                "")
            + World.provider("slow", hurried + "SIMULATOR", SimulatorConfig.API_KEY, "")
            + World.provider("down", anthropic + "http://127.0.0.1:1", SimulatorConfig.API_KEY, "")
            + World.provider(
                "gpt",
                "type: OpenAI" + patient + "\n  endpoint: " + openAi.uri() + "/v1",
                OpenAiConfig.API_KEY,
                World.priced(GPT))
            + key("same", "first", "spare/" + SONNET)
            + key("torn", "first", "spare/" + SONNET)
            + key("late", "slow", "spare/" + SONNET)
            + World.provider(
                "plain",
                "type: OpenAICompatible\n  endpoint: " + openAi.uri() + "/v1",
                OpenAiConfig.API_KEY,
                World.priced(GPT))
            + key("wordless", "plain", "spare/" + SONNET)
            + key("around", "first", "plain/" + GPT)
                .replace("{ name: plain }", "{ name: plain }, { name: spare }")
                .replace("fallbacks: [", "fallbacks: [ plain/gpt-4.1, spare/" + SONNET + " ] #")
            + key("gone", "down", "spare/" + SONNET)
            + key("abroad", "first", "gpt/" + GPT)
            + key("asked", "calm", "gpt/" + GPT).replace("fallbacks: [", "suspended: false #")
            + key("home", "gpt", "spare/" + SONNET)
            + key("poor", "gpt", "spare/" + SONNET).replace("\"50\"", "\"0.007\"")
            + key("all-gone", "down", "gone-too/" + SONNET)
            + World.provider(
                "gone-too", anthropic + "http://127.0.0.1:1", SimulatorConfig.API_KEY, "")
            + World.provider("weak", SHY, SimulatorConfig.API_KEY, "")
            + World.provider("tired", SHY, SimulatorConfig.API_KEY, "")
            + key("worn", "tired", "spare/" + SONNET)
            + key("shy", "weak", "spare/" + SONNET);
    return new FailingProviders(World.start(manifests), spare, openAi);
  }

  /// @param first the provider that serves
  /// @param next the fallback
  private static String key(String name, String first, String next) {
    return """
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: VirtualKey
    metadata: { name: %1$s }
    spec:
      team: payments
      providers: [ { name: %2$s }, { name: %3$s } ]
      fallbacks: [ "%4$s" ]
      budgets: [ { limitUsd: "50", window: Day } ]
      aliases: [ { name: fast, to: %5$s } ]
    """
        .formatted(
            name,
            first,
            next.substring(0, next.indexOf('/')),
            next,
            List.of("gpt", "plain").contains(first) ? first + "/" + GPT : first + "/" + SONNET);
  }

  @Override
  public void close() {
    world.close();
    spare.close();
    openAi.close();
  }

  /// @param content of the user's turn, as JSON
  HttpResponse<byte[]> ask(String key, boolean stream, String content) {
    return ask(
        key,
        """
        {"model":"fast","max_tokens":300,"stream":%s,"messages":[{"role":"user","content":%s}]}"""
            .formatted(stream, content));
  }

  HttpResponse<byte[]> ask(String key, String body) {
    var headers =
        List.of(
            new Header("content-type", "application/json"),
            new Header("anthropic-version", "2023-06-01"),
            new Header("anthropic-beta", "interleaved-thinking-2025-05-14"));
    var http =
        new HttpRequest(
            "POST", "/v1/messages?beta=true", headers, body.getBytes(StandardCharsets.UTF_8));
    return new RecordedClient(world.gateway().address(), world.gateway().key(key))
        .whole(new RecordedTraffic.Request("small", http));
  }

  static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  List<JsonNode> usage(String key, int atLeast) {
    Awaitility.await().until(() -> world.usage(key).size() >= atLeast);
    return world.usage(key);
  }

  /// The records of one request of the key, and of no other that are written late.
  List<JsonNode> usage(String key, HttpResponse<byte[]> answer, int atLeast) {
    var id = answer.headers().firstValue("request-id").orElseThrow();
    return Awaitility.await()
        .until(
            () ->
                world.usage(key).stream()
                    .filter(record -> record.path("requestId").asString("").equals(id))
                    .toList(),
            records -> records.size() >= atLeast);
  }

  /// What is posted for the key is what its answers cost, and nothing is held. What all keys'
  /// answers cost is on the bills of who gave them, and no bill has more than was estimated beside.
  void assertBooksAgree(String key) {
    Awaitility.await()
        .untilAsserted(
            () -> {
              var budget = world.gateway().budgets(key).get(0);
              assertThat(budget.path("held").asString()).isEqualTo("0");
              var recorded =
                  world.usage(key).stream()
                      .map(BilledRecords::cost)
                      .reduce(BigDecimal.ZERO, BigDecimal::add);
              assertThat(new BigDecimal(budget.path("posted").asString()))
                  .isEqualByComparingTo(recorded);
              assertBilled(SPARE, spare, SPARE::equals);
              assertBilled("OpenAI", openAi, OF_OPEN_AI::contains);
              assertBilled(
                  "Anthropic",
                  world.simulator(),
                  name -> !name.equals(SPARE) && !OF_OPEN_AI.contains(name));
            });
  }

  private void assertBilled(String name, Simulator simulator, Predicate<String> provider) {
    var bill = simulator.settledBill();
    var records =
        world.gateway().usage().stream()
            .filter(record -> provider.test(record.path("provider").asString()))
            .toList();
    var _ = new BilledRecords(name, records, bill).assertAgree();
  }
}
