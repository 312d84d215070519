package dev.sluice.testkit.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.openai.config.OpenAiConfig;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// How much of a prompt is read from the cache, as usage tells it.
class PrefixCacheTest {

  private static final String LONG = "word ".repeat(2_000);

  private Instant now = Instant.parse("2026-11-21T00:00:00Z");
  private OpenAiSimulator simulator;
  private Client client;

  @BeforeEach
  void start() {
    simulator = OpenAiSimulator.start(OpenAiConfig.standard().withClock(() -> now));
    client = new Client(simulator);
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void a_prompt_that_grows_reads_what_was_there_before_in_steps() {
    var body = chat(LONG);
    assertThat(cached(body)).isZero();
    var first = simulator.settledBill().usage().inputInAll();
    user(body, "go on");
    var expected = 1_024 + (first - 3 - 1_024) / 128 * 128;
    assertThat(cached(body)).isEqualTo(expected).isGreaterThan(1_900);
  }

  @Test
  void one_byte_at_the_start_ends_it_all_and_one_at_the_end_only_the_rest() {
    cached(chat(LONG));
    assertThat(cached(chat("x" + LONG))).isZero();
    assertThat(cached(chat(LONG + "x"))).isGreaterThan(1_900);
    var middle = LONG.length() * 3 / 4;
    var changed = LONG.substring(0, middle) + "x" + LONG.substring(middle);
    assertThat(cached(chat(changed))).isBetween(1_300L, 1_500L);
  }

  @Test
  void tools_and_the_order_of_their_members_are_part_of_the_beginning() {
    cached(withTool("{'name':'Read','description':'a'}"));
    assertThat(cached(withTool("{'name':'Read','description':'a'}"))).isGreaterThan(1_900);
    assertThat(cached(withTool("{'description':'a','name':'Read'}"))).isZero();
  }

  @Test
  void short_prompts_are_never_cached() {
    assertThat(cached(chat("hi"))).isZero();
    assertThat(cached(chat("hi"))).isZero();
  }

  @Test
  void a_beginning_is_forgotten_after_five_minutes_or_a_day() {
    cached(chat(LONG));
    now = now.plus(Duration.ofMinutes(4));
    assertThat(cached(chat(LONG))).isPositive();
    now = now.plus(Duration.ofMinutes(6));
    assertThat(cached(chat(LONG))).isZero();
    var kept = chat(LONG).put("prompt_cache_retention", "24h");
    cached(kept);
    now = now.plus(Duration.ofHours(23));
    assertThat(cached(kept)).isPositive();
  }

  @Test
  void keys_and_models_share_nothing() {
    cached(chat(LONG).put("prompt_cache_key", "a"));
    assertThat(cached(chat(LONG).put("prompt_cache_key", "b"))).isZero();
    assertThat(cached(chat(LONG).put("prompt_cache_key", "a").put("model", "gpt-5.1"))).isZero();
    assertThat(cached(chat(LONG).put("prompt_cache_key", "a"))).isPositive();
  }

  @Test
  void responses_are_cached_as_chats_are_and_cost_less_then() {
    var body = Client.response("gpt-4.1").put("instructions", LONG);
    client.document(Client.RESPONSES, body);
    var usage = client.document(Client.RESPONSES, body).path("usage");
    assertThat(usage.path("input_tokens_details").path("cached_tokens").asLong())
        .isGreaterThan(1_900);
    var entries = simulator.settledBill().entries();
    assertThat(entries.get(1).usage().inputInAll()).isEqualTo(entries.get(0).usage().inputInAll());
    assertThat(entries.get(1).usd()).isLessThan(entries.get(0).usd());
  }

  private long cached(ObjectNode body) {
    var usage = client.document(Client.CHAT, body).path("usage");
    return usage.path("prompt_tokens_details").path("cached_tokens").asLong();
  }

  private static ObjectNode chat(String text) {
    var body = Client.chat("gpt-4.1");
    body.putArray("messages");
    user(body, text);
    return body;
  }

  private static void user(ObjectNode body, String text) {
    body.withArray("messages").addObject().put("role", "user").put("content", text);
  }

  private static ObjectNode withTool(String function) {
    var body = chat(LONG);
    var tool = body.putArray("tools").addObject().put("type", "function");
    tool.set("function", Client.json(function));
    return body;
  }
}
