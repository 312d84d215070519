package dev.sluice.mcp.serve.neighbour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.RpcId;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

final class NewsRateTest {

  private static final ObjectName KEY = new ObjectName("team", "key");

  private final NewsRate rate = new NewsRate();

  private static Message answer(String id, int bytes) {
    var result = JsonNodeFactory.instance.objectNode().put("text", "y".repeat(bytes));
    return new Message.Answer(RpcId.of(id), result);
  }

  @Test
  void one_key_takes_no_room_of_another() {
    int told = 0;
    // Seconds may pass meanwhile.
    for (int i = 0; i < 10 * NewsRate.OF_KEY_MAX; i++) {
      told += rate.room(KEY) ? 1 : 0;
    }
    assertThat(told).isBetween(NewsRate.OF_KEY_MAX, 5 * NewsRate.OF_KEY_MAX);
    assertThat(rate.room(new ObjectName("team", "other"))).isTrue();
  }

  @Test
  void what_is_too_long_is_not_told() {
    assertThat(rate.fits(answer("a", 1_000))).isTrue();
    assertThat(rate.fits(answer("a", NewsRate.ANSWER_BYTES_MAX))).isFalse();
    assertThat(rate.fits(answer("a".repeat(NewsRate.ID_CHARACTERS_MAX + 1), 1))).isFalse();
    assertThat(rate.fits(RpcId.of("a".repeat(NewsRate.ID_CHARACTERS_MAX)))).isTrue();
    assertThat(rate.fits(RpcId.of(7))).isTrue();
  }

  @Test
  void a_long_reason_is_cut_between_characters() {
    assertThat(NewsRate.cut("enough")).isEqualTo("enough");
    assertThat(NewsRate.cut("x".repeat(2_000))).hasSize(NewsRate.REASON_CHARACTERS_MAX);
    var half = "x".repeat(NewsRate.REASON_CHARACTERS_MAX - 1);
    assertThat(NewsRate.cut(half + "\ud83d\ude00")).isEqualTo(half);
  }
}
