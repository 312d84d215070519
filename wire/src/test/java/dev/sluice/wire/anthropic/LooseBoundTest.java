package dev.sluice.wire.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.money.PerMTok;
import dev.sluice.core.price.Price;
import dev.sluice.core.price.Rates;
import dev.sluice.core.price.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LooseBoundTest {

  private static final Rates RATES =
      new Rates(
          PerMTok.parse("3"),
          PerMTok.parse("15"),
          PerMTok.parse("0.30"),
          PerMTok.parse("3.75"),
          PerMTok.parse("6"));
  private static final Price PRICE = new Price(RATES, List.of(), NanoUsd.parse("0.01"));
  private static final long WINDOW = 200_000;

  private static LooseBound bound(String body) {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    return LooseBound.of(RequestScanner.scan(bytes, 0, bytes.length), WINDOW);
  }

  @Test
  void a_byte_is_at_most_a_token() {
    var body = "{\"model\":\"m\",\"max_tokens\":100}";
    assertThat(bound(body))
        .isEqualTo(new LooseBound(body.length() + LooseBound.PREAMBLE_TOKENS, 100, 0));
  }

  @Test
  void nothing_is_beyond_the_context_window() {
    var text = "a".repeat((int) WINDOW);
    assertThat(bound("{\"model\":\"m\",\"max_tokens\":999999999,\"system\":\"" + text + "\"}"))
        .isEqualTo(new LooseBound(WINDOW, WINDOW, 0));
  }

  @Test
  void an_image_counts_by_itself_and_not_by_its_bytes() {
    var data = "A".repeat(50_000);
    var body =
        "{\"model\":\"m\",\"messages\":[{\"content\":[{\"type\":\"image\",\"source\":{\"type\":"
            + "\"base64\",\"media_type\":\"image/png\",\"data\":\""
            + data
            + "\"}}]}]}";
    long expected =
        body.length() - data.length() + LooseBound.PREAMBLE_TOKENS + LooseBound.IMAGE_TOKENS;
    assertThat(bound(body).inputTokens()).isEqualTo(expected);
  }

  @Test
  void what_has_no_bound_counts_as_the_context_window() {
    assertThat(bound("{\"model\":\"m\",\"mcp_servers\":[{}]}").inputTokens()).isEqualTo(WINDOW);
  }

  @Test
  void searches_count_by_their_number() {
    var bound =
        bound("{\"model\":\"m\",\"tools\":[{\"type\":\"web_search_20250305\",\"max_uses\":2}]}");
    assertThat(bound.webSearches()).isEqualTo(2);
    assertThat(bound.inputTokens()).isGreaterThan(2 * LooseBound.WEB_SEARCH_TOKENS);
    assertThat(bound.cost(PRICE).minus(new LooseBound(bound.inputTokens(), 0, 0).cost(PRICE)))
        .isEqualTo(NanoUsd.parse("0.02"));
  }

  @Test
  void an_amount_buys_back_what_it_cost() {
    var bound = new LooseBound(50_000, 64_000, 0);
    assertThat(bound.outputTokensFor(bound.cost(PRICE), PRICE)).isEqualTo(64_000);
    var half = bound.withOutput(31_234);
    assertThat(bound.outputTokensFor(half.cost(PRICE), PRICE)).isEqualTo(31_234);
    assertThat(bound.outputTokensFor(half.cost(PRICE).minus(new NanoUsd(1)), PRICE))
        .isEqualTo(31_233);
    assertThat(bound.outputTokensFor(NanoUsd.ZERO, PRICE)).isEqualTo(0);
  }

  @Test
  void no_split_of_the_tokens_costs_more() {
    var random = new Random(20261120L);
    var dear = new Price(RATES, List.of(new Price.Tier(100_000, RATES)), NanoUsd.parse("0.01"));
    for (int i = 0; i < 10_000; i++) {
      var bound = new LooseBound(random.nextLong(1, WINDOW), random.nextLong(1, 64_000), 3);
      long left = bound.inputTokens();
      long read = random.nextLong(left + 1);
      long write = random.nextLong(left - read + 1);
      long writeLong = random.nextLong(left - read - write + 1);
      long plain = left - read - write - writeLong;
      var tokens =
          new Tokens(plain, bound.outputTokens(), read, write, writeLong, random.nextLong(4));
      assertThat(dear.cost(tokens)).isLessThanOrEqualTo(bound.cost(dear));
      var brief = new Tokens(plain, bound.outputTokens(), read, write + writeLong, 0, 3);
      assertThat(dear.cost(brief))
          .isLessThanOrEqualTo(bound.withCache(LooseBound.Cache.FIVE_MINUTES).cost(dear));
    }
  }
}
