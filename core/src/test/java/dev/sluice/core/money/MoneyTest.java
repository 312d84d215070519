package dev.sluice.core.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MoneyTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "50, 50000000000, 50",
    "0.045, 45000000, 0.045",
    "0.000000001, 1, 0.000000001",
    "12.50, 12500000000, 12.5",
    "007.10, 7100000000, 7.1",
    "9000000, 9000000000000000, 9000000",
  })
  void reads_and_writes_dollars_exactly(String text, long nanos, String shown) {
    assertThat(NanoUsd.parse(text)).isEqualTo(new NanoUsd(nanos));
    assertThat(new NanoUsd(nanos).toUsd()).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " 1",
        "1 ",
        "-1",
        "+1",
        ".5",
        "5.",
        "1e3",
        "1,5",
        "1_0",
        "0x1",
        "NaN",
        "$5",
        "٣",
        "0.0000000001",
        "1000000000000",
        "9223372036.854775808"
      })
  void refuses_what_is_not_an_exact_plain_decimal(String text) {
    assertThatThrownBy(() -> NanoUsd.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + text + "\" (expected: ");
  }

  @Test
  void trailing_zeros_beyond_the_ninth_place_lose_nothing_and_are_read() {
    assertThat(NanoUsd.parse("0.0450000000000")).isEqualTo(new NanoUsd(45_000_000));
  }

  @Test
  void any_amount_reads_back_as_it_was_written() {
    var random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      var amount = new NanoUsd(random.nextLong() >>> (1 + random.nextInt(63)));
      assertThat(NanoUsd.parse(amount.toUsd())).isEqualTo(amount);
      assertThat(amount.toUsd())
          .isEqualTo(
              BigDecimal.valueOf(amount.nanos(), 9).compareTo(BigDecimal.ZERO) == 0
                  ? "0"
                  : BigDecimal.valueOf(amount.nanos(), 9).stripTrailingZeros().toPlainString());
    }
  }

  @Test
  void arithmetic_that_leaves_64_bits_throws() {
    var most = new NanoUsd(Long.MAX_VALUE);
    assertThatThrownBy(() -> most.plus(new NanoUsd(1))).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> new NanoUsd(-2).minus(most)).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> most.times(2)).isInstanceOf(ArithmeticException.class);
  }

  @Test
  void a_cost_is_the_exact_product_rounded_up() {
    assertThat(PerMTok.parse("0.30").cost(1)).isEqualTo(new NanoUsd(300));
    assertThat(PerMTok.parse("0.0003").cost(1)).isEqualTo(new NanoUsd(1));
    assertThat(PerMTok.parse("0.000000001").cost(1)).isEqualTo(new NanoUsd(1));
    assertThat(PerMTok.parse("0.000000001").cost(1_000_000)).isEqualTo(new NanoUsd(1));
    assertThat(PerMTok.parse("0.000000001").cost(1_000_001)).isEqualTo(new NanoUsd(2));
    assertThat(PerMTok.parse("15").cost(0)).isEqualTo(NanoUsd.ZERO);
    assertThatThrownBy(() -> PerMTok.parse("15").cost(-1))
        .hasMessage("tokens: -1 (expected: 0 or more)");
  }

  @Test
  void costs_equal_exact_rationals() {
    var random = new Random(2);
    var million = BigInteger.valueOf(1_000_000);
    for (int i = 0; i < 200_000; i++) {
      long rate = random.nextLong() >>> (1 + random.nextInt(63));
      long tokens = random.nextLong() >>> (1 + random.nextInt(63));
      var exact =
          new BigDecimal(BigInteger.valueOf(rate).multiply(BigInteger.valueOf(tokens)))
              .divide(new BigDecimal(million))
              .setScale(0, RoundingMode.CEILING)
              .toBigInteger();
      var price = new PerMTok(rate);
      if (exact.bitLength() > 63) {
        assertThatThrownBy(() -> price.cost(tokens)).isInstanceOf(ArithmeticException.class);
      } else {
        assertThat(BigInteger.valueOf(price.cost(tokens).nanos())).isEqualTo(exact);
      }
    }
  }

  @Test
  void the_tokens_for_an_amount_fit_it_and_one_more_does_not() {
    var random = new Random(3);
    for (int i = 0; i < 100_000; i++) {
      var price = new PerMTok(1 + (random.nextLong() >>> (20 + random.nextInt(43))));
      var amount = new NanoUsd(random.nextLong() >>> (22 + random.nextInt(41)));
      long tokens = price.tokensFor(amount);
      assertThat(price.cost(tokens)).isLessThanOrEqualTo(amount);
      assertThat(price.cost(tokens + 1)).isGreaterThan(amount);
    }
    assertThat(new PerMTok(0).tokensFor(NanoUsd.ZERO)).isEqualTo(Long.MAX_VALUE);
    assertThat(new PerMTok(5).tokensFor(new NanoUsd(-1))).isZero();
  }
}
