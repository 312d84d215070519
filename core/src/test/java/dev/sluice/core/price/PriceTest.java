package dev.sluice.core.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.money.PerMTok;
import dev.sluice.core.price.Price.Tier;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PriceTest {

  private static final Rates SONNET = rates("3", "15", "0.30", "3.75", "6");
  private static final Rates SONNET_LONG = rates("6", "22.50", "0.60", "7.50", "12");
  private static final Price PRICE =
      new Price(SONNET, List.of(new Tier(200_000, SONNET_LONG)), NanoUsd.parse("0.01"));

  @Test
  void every_class_is_charged_at_its_own_rate() {
    assertThat(PRICE.cost(new Tokens(1, 10, 100, 1_000, 10_000, 2)))
        .isEqualTo(NanoUsd.parse("0.083933"));
  }

  @Test
  void another_number_anywhere_is_another_mark() {
    var tier = List.of(new Tier(200_000, SONNET_LONG));
    assertThat(PRICE.mark()).isEqualTo(new Price(SONNET, tier, NanoUsd.parse("0.01")).mark());
    assertThat(
            List.of(
                PRICE.mark(),
                new Price(SONNET, tier, null).mark(),
                new Price(SONNET, List.of(), NanoUsd.parse("0.01")).mark(),
                new Price(SONNET, List.of(new Tier(200_001, SONNET_LONG)), null).mark(),
                new Price(rates("3", "15", "0.30", "6", "3.75"), tier, null).mark()))
        .doesNotHaveDuplicates();
  }

  @Test
  void every_component_is_rounded_up_by_itself() {
    var tiny = rates("0.000000001", "0.000000001", "0.000000001", "0.000000001", "0.000000001");
    assertThat(new Price(tiny, List.of(), null).cost(new Tokens(1, 1, 1, 1, 1, 0)))
        .isEqualTo(new NanoUsd(5));
  }

  @Test
  void the_long_context_tier_prices_the_whole_call_and_only_above_its_threshold() {
    var atThreshold = new Tokens(1, 100, 199_000, 999, 0, 0);
    var above = new Tokens(1, 100, 199_000, 1_000, 0, 0);
    assertThat(PRICE.cost(atThreshold)).isEqualTo(SONNET.cost(atThreshold));
    assertThat(PRICE.cost(above)).isEqualTo(SONNET_LONG.cost(above));
  }

  @Test
  void the_highest_tier_that_is_passed_counts_whatever_their_order() {
    var high = rates("9", "9", "9", "9", "9");
    var price = new Price(SONNET, List.of(new Tier(500, high), new Tier(100, SONNET_LONG)), null);
    var tokens = new Tokens(501, 0, 0, 0, 0, 0);
    assertThat(price.cost(tokens)).isEqualTo(high.cost(tokens));
  }

  @Test
  void less_is_nothing_more_and_something_less_in_every_tier() {
    var same = new Price(SONNET, List.of(), null);
    assertThat(same.lessThan(PRICE)).as("no dearer tier").isTrue();
    assertThat(PRICE.lessThan(same)).isFalse();
    assertThat(same.lessThan(same)).isFalse();
    var half = new Price(rates("1", "8", "0.1", "1", "3"), List.of(), NanoUsd.parse("0.01"));
    assertThat(half.lessThan(PRICE)).isTrue();
    var mixed = new Price(rates("1", "16", "0.1", "1", "3"), List.of(), null);
    assertThat(mixed.lessThan(same)).isFalse();
    assertThat(same.lessThan(mixed)).isFalse();
    var searches = new Price(SONNET, List.of(), NanoUsd.parse("0.02"));
    assertThat(searches.lessThan(PRICE)).as("dearer searches").isFalse();
  }

  @Test
  void a_search_without_a_price_is_a_bug_and_never_free() {
    var price = new Price(SONNET, List.of(), null);
    assertThatThrownBy(() -> price.cost(new Tokens(0, 0, 0, 0, 0, 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("BUG: ");
  }

  @Test
  void negative_tokens_do_not_exist() {
    assertThatThrownBy(() -> new Tokens(0, 0, 0, 0, -1, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /// The oracle computes with exact rationals, and the bounds must cover every way to be billed.
  @Test
  void costs_equal_exact_rationals_and_stay_within_the_bounds() {
    var random = new Random(20261120);
    for (int i = 0; i < 50_000; i++) {
      var price = price(random);
      var tokens = tokens(random);
      var cost = price.cost(tokens);
      assertThat(BigInteger.valueOf(cost.nanos())).isEqualTo(exact(price, tokens));
      long input = tokens.inputInAll();
      var bound = price.inputBound(input).plus(price.outputRate(input).cost(tokens.output()));
      var searches = price.webSearchPerUse().times(tokens.webSearches());
      assertThat(cost.minus(searches)).isLessThanOrEqualTo(bound);
    }
  }

  private static BigInteger exact(Price price, Tokens tokens) {
    var rates = price.rates();
    for (var tier : price.above()) {
      rates = tokens.inputInAll() > tier.inputTokens() ? tier.rates() : rates;
    }
    return component(rates.input(), tokens.input())
        .add(component(rates.output(), tokens.output()))
        .add(component(rates.cacheRead(), tokens.cacheRead()))
        .add(component(rates.cacheWrite5m(), tokens.cacheWrite5m()))
        .add(component(rates.cacheWrite1h(), tokens.cacheWrite1h()))
        .add(BigInteger.valueOf(price.webSearchPerUse().nanos() * tokens.webSearches()));
  }

  private static BigInteger component(PerMTok rate, long tokens) {
    return new BigDecimal(rate.toUsd())
        .multiply(BigDecimal.valueOf(tokens))
        .movePointLeft(6)
        .setScale(9, RoundingMode.CEILING)
        .unscaledValue();
  }

  private static Price price(Random random) {
    var above = new ArrayList<Tier>();
    for (int i = random.nextInt(3); i > 0; i--) {
      above.add(new Tier(random.nextLong(1_000_000), rates(random)));
    }
    return new Price(rates(random), above, new NanoUsd(random.nextLong(1_000_000_000)));
  }

  private static Rates rates(Random random) {
    return new Rates(rate(random), rate(random), rate(random), rate(random), rate(random));
  }

  private static PerMTok rate(Random random) {
    return new PerMTok(random.nextLong() >>> (26 + random.nextInt(37)));
  }

  private static Tokens tokens(Random random) {
    return new Tokens(
        random.nextLong(200_000),
        random.nextLong(200_000),
        random.nextLong(1_000_000),
        random.nextLong(100_000),
        random.nextLong(100_000),
        random.nextLong(10));
  }

  private static Rates rates(
      String input, String output, String cacheRead, String cacheWrite5m, String cacheWrite1h) {
    return new Rates(
        PerMTok.parse(input),
        PerMTok.parse(output),
        PerMTok.parse(cacheRead),
        PerMTok.parse(cacheWrite5m),
        PerMTok.parse(cacheWrite1h));
  }
}
