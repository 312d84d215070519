package dev.sluice.e2e.rivals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.demo.parts.UsageLine;
import dev.sluice.e2e.World;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.billing.BillEntry;
import dev.sluice.testkit.billing.ModelPrice;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.billing.Rates;
import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.script.Script;
import dev.sluice.testkit.script.UsagePlace;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// How costs failed the users of other gateways; the provider's own bill is the judge.
///
/// Proved elsewhere: a cancelled stream that costs one token (Bifrost: 806 deltas) or nothing
/// (Envoy AI Gateway), by `CutAnswersE2E`, after every event of an answer; $120 of Claude Code in
/// 30 days of which $90 were booked (Bifrost #3357) and $770 of which $26.74 were (LiteLLM #8514),
/// by `LoadE2E` and `RecordedTrafficE2E`, whose ledger is the bill. Prices whose unit nobody can
/// take for another, by the invalid manifests of `compiler`.
final class RivalCostsE2E {

  private static final String RECORDED = "01-first-turn-p-2.1.329";
  private static final Duration WITHIN = Duration.ofSeconds(10);
  private static final Rates HOUSE_RATES = Rates.of("3", "15", "0.3", "3.75", "6");

  private static final String MANIFESTS =
      """
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Provider
      metadata: { name: house }
      spec:
        type: Anthropic
        endpoint: SIMULATOR
        credentials: [ { name: main, secretRef: { name: anthropic, key: apiKey } } ]
        models:
          - name: house-large
            price:
              inputUsdPerMTok: "3"
              outputUsdPerMTok: "15"
              cacheReadUsdPerMTok: "0.30"
              cacheWrite5mUsdPerMTok: "3.75"
              cacheWrite1hUsdPerMTok: "6"
          - name: house-unpriced
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Provider
      metadata: { name: ceiling }
      spec:
        type: Anthropic
        endpoint: SIMULATOR
        credentials: [ { name: main, secretRef: { name: anthropic, key: apiKey } } ]
        models: [ { name: house-unpriced } ]
        unpricedModels: Ceiling
        ceilingPrice:
          inputUsdPerMTok: "30"
          outputUsdPerMTok: "150"
          cacheReadUsdPerMTok: "3"
          cacheWrite5mUsdPerMTok: "37.50"
          cacheWrite1hUsdPerMTok: "60"
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: house }
      spec:
        team: payments
        providers: [ { name: house } ]
        budgets: [ { limitUsd: "50", window: Day } ]
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: ceiling }
      spec:
        team: payments
        providers: [ { name: ceiling } ]
        budgets: [ { limitUsd: "50", window: Day } ]
      """;

  private static World world;
  private static long sessions;

  @BeforeAll
  static void start() {
    var prices =
        PriceTable.recorded()
            .with("house-large", ModelPrice.of(HOUSE_RATES))
            .with("house-unpriced", ModelPrice.of(HOUSE_RATES));
    world = World.start(prices, World.key("alice", "500") + MANIFESTS);
    world.simulator().otherwise(_ -> Script.answer().textOfTokens(200));
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  /// A first turn whose messages nobody has cached.
  private static RecordedTraffic.Request firstTurn(String model) {
    var session = new UUID(++sessions, sessions);
    var recorded = RecordedTraffic.request(RECORDED).inSession(session).http();
    var body =
        new String(recorded.body(), StandardCharsets.ISO_8859_1)
            .replace("\"model\":\"claude-opus-5-5\"", "\"model\":\"" + model + "\"")
            .getBytes(StandardCharsets.ISO_8859_1);
    return new RecordedTraffic.Request(
        RECORDED, new HttpRequest(recorded.method(), recorded.target(), recorded.headers(), body));
  }

  private static int send(String key, RecordedTraffic.Request request) {
    var client = new RecordedClient(world.gateway().address(), world.gateway().key(key));
    return client.whole(request).statusCode();
  }

  /// What the provider billed for a request and what was booked for it.
  private record Exchange(BillEntry billed, UsageLine booked) {

    static Exchange of(String key, RecordedTraffic.Request request) {
      assertThat(send(key, request)).isEqualTo(200);
      assertThat(world.simulator().awaitIdle(WITHIN)).isTrue();
      var billed = world.simulator().bill().entries().getLast();
      Awaitility.await().atMost(WITHIN).until(() -> last(key).equals(billed.requestId()));
      return new Exchange(billed, UsageLine.of(world.usage(key).getLast()));
    }

    private static String last(String key) {
      var usage = world.usage(key);
      return usage.isEmpty() ? "" : UsageLine.of(usage.getLast()).upstreamRequestId();
    }

    void assertEqual() {
      assertThat(booked.tokens()).isEqualTo(billed.usage());
      assertThat(booked.costUsd()).isEqualByComparingTo(billed.usd());
    }
  }

  /// Bifrost #3451: a stream tells its usage at the start and at the end.
  @ParameterizedTest
  @EnumSource(UsagePlace.class)
  void cache_writes_are_counted_once_wherever_a_stream_tells_them(UsagePlace place) {
    world.simulator().next(Script.answer().textOfTokens(200).usageIn(place));
    var exchange = Exchange.of("alice", firstTurn(SmallRequest.OPUS));
    assertThat(exchange.billed().usage().cacheWrites()).isPositive();
    exchange.assertEqual();
  }

  /// Bifrost #904.
  @Test
  void cached_tokens_do_not_cost_the_full_price() {
    var turn = firstTurn(SmallRequest.OPUS);
    Exchange.of("alice", turn).assertEqual();
    var again = Exchange.of("alice", turn);
    assertThat(again.billed().usage().cacheRead()).isGreaterThan(10_000);
    again.assertEqual();
    var usage = again.booked().tokens();
    var full = usd("4", usage.inputInAll()).add(usd("20", usage.output()));
    assertThat(again.booked().costUsd()).isLessThan(full.multiply(new BigDecimal("0.3")));
  }

  /// Bifrost #5243 and #3559: a price sheet of one's own, with costs a hundred times off.
  @Test
  void a_price_of_ones_own_is_in_dollars_per_million_tokens() {
    var exchange = Exchange.of("house", SmallRequest.to("house-large"));
    exchange.assertEqual();
    var usage = exchange.booked().tokens();
    assertThat(exchange.booked().costUsd())
        .isEqualByComparingTo(usd("3", usage.input()).add(usd("15", usage.output())));
  }

  /// LiteLLM #40006: the cached price and the price of one's own were both counted.
  @Test
  void cached_tokens_at_a_price_of_ones_own_are_charged_once() {
    var turn = firstTurn("house-large");
    var written = Exchange.of("house", turn);
    assertThat(written.billed().usage().cacheWrites()).isPositive();
    written.assertEqual();
    var read = Exchange.of("house", turn);
    assertThat(read.billed().usage().cacheRead()).isGreaterThan(10_000);
    read.assertEqual();
  }

  /// Anthropic's `input_tokens` excludes what the cache read and wrote, OpenAI's `prompt_tokens`
  /// includes it: who takes the one for the other is wrong by most of the prompt.
  @Test
  void input_tokens_are_those_beside_the_cache_and_each_class_is_kept_apart() {
    var turn = firstTurn(SmallRequest.OPUS);
    Exchange.of("alice", turn);
    var exchange = Exchange.of("alice", turn);
    var booked = exchange.booked().tokens();
    assertThat(booked.input()).isLessThan(booked.cacheRead() / 10);
    assertThat(booked.inputInAll()).isEqualTo(exchange.billed().usage().inputInAll());
    exchange.assertEqual();
  }

  /// Bifrost and LiteLLM: an unknown price costs nothing.
  @Test
  void a_model_without_a_price_is_refused_and_never_free() {
    long before = world.simulator().received();
    assertThat(send("house", SmallRequest.to("house-unpriced"))).isBetween(400, 499);
    assertThat(world.simulator().received()).isEqualTo(before);
  }

  @Test
  void a_model_without_a_price_costs_the_ceiling_where_the_provider_says_so() {
    var exchange = Exchange.of("ceiling", SmallRequest.to("house-unpriced"));
    assertThat(exchange.booked().costUsd())
        .isEqualByComparingTo(exchange.billed().usd().multiply(BigDecimal.TEN));
  }

  private static BigDecimal usd(String usdPerMTok, long tokens) {
    return new BigDecimal(usdPerMTok).multiply(BigDecimal.valueOf(tokens)).movePointLeft(6);
  }
}
