package dev.sluice.testkit.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.anthropic.billing.Prompt;
import dev.sluice.testkit.anthropic.billing.PromptCache;
import dev.sluice.testkit.billing.Usage;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PromptCacheTest {

  private static final String LONG = "word ".repeat(2_000);

  private Instant now = Instant.parse("2026-11-21T00:00:00Z");
  private final PromptCache cache = new PromptCache(() -> now, 100);

  @Test
  void writes_first_and_reads_until_five_minutes_after_the_last_use() {
    var prompt = prompt(marked("5m"), "");
    var written = cache.take(prompt);
    assertThat(written.cacheWrite5m()).isGreaterThan(2_000);
    assertThat(written.cacheWrite5m() + written.input()).isEqualTo(prompt.tokens());
    now = now.plus(Duration.ofMinutes(4));
    assertThat(cache.take(prompt).cacheRead()).isEqualTo(written.cacheWrite5m());
    now = now.plus(Duration.ofMinutes(4));
    assertThat(cache.take(prompt).cacheRead()).isEqualTo(written.cacheWrite5m());
    now = now.plus(Duration.ofMinutes(6));
    assertThat(cache.take(prompt)).isEqualTo(written);
  }

  @Test
  void an_hour_is_its_own_class_and_lives_an_hour() {
    var prompt = prompt(marked("1h"), "");
    var written = cache.take(prompt);
    assertThat(written.cacheWrite1h()).isGreaterThan(2_000);
    assertThat(written.cacheWrite5m()).isZero();
    now = now.plus(Duration.ofMinutes(59));
    assertThat(cache.take(prompt).cacheRead()).isEqualTo(written.cacheWrite1h());
  }

  @Test
  void a_longer_conversation_reads_the_old_prefix_and_writes_the_rest() {
    var first = cache.take(prompt("", marked("5m")));
    var second = cache.take(prompt("", text() + "," + marked("5m")));
    assertThat(second.cacheRead()).isEqualTo(first.cacheWrite5m());
    assertThat(second.cacheWrite5m()).isGreaterThan(1_000);
  }

  @Test
  void another_system_prompt_reads_nothing() {
    cache.take(prompt("", marked("5m")));
    var other = cache.take(prompt(text(), marked("5m")));
    assertThat(other.cacheRead()).isZero();
  }

  @Test
  void a_short_prefix_or_one_without_a_mark_is_plain_input() {
    var tiny = "{\"type\":\"text\",\"text\":\"a\",\"cache_control\":{\"type\":\"ephemeral\"}}";
    for (var prompt : new Prompt[] {prompt("", tiny), prompt(text(), text())}) {
      assertThat(cache.take(prompt)).isEqualTo(new Usage(prompt.tokens(), 0, 0, 0, 0, 0));
      assertThat(cache.size()).isZero();
    }
  }

  private static String text() {
    return "{\"type\":\"text\",\"text\":\"" + LONG + "\"}";
  }

  private static String marked(String ttl) {
    var mark = ",\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"" + ttl + "\"}}";
    return text().substring(0, text().length() - 1) + mark;
  }

  private static Prompt prompt(String system, String content) {
    var user = content.isEmpty() ? "\"hi\"" : "[" + content + "]";
    var body =
        "{\"model\":\"m\",\"system\":[%s],\"messages\":[{\"role\":\"user\",\"content\":%s}]}"
            .formatted(system, user);
    return Prompt.of("key", Client.json(body));
  }
}
