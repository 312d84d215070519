package dev.sluice.extproc.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ClientTest {

  @Test
  void only_what_routes_look_at_is_kept() {
    assertThat(Client.keeps("user-agent")).isTrue();
    assertThat(Client.keeps("anthropic-beta")).isTrue();
    assertThat(Client.keeps("x-sluice-fallbacks")).isTrue();
    assertThat(Client.keeps("x-sluice-tag-env")).isTrue();
    assertThat(Client.keeps("x-claude-code-agent-type")).isTrue();
    assertThat(Client.keeps("x-sluice-key")).isFalse();
    assertThat(Client.keeps("authorization")).isFalse();
    assertThat(Client.keeps("x-api-key")).isFalse();
  }

  @Test
  void many_and_long_headers_are_cut() {
    var many = new TreeMap<String, String>();
    for (int i = 0; i < 1_000; i++) {
      many.put("x-sluice-tag-" + i, "v".repeat(10_000));
    }
    var kept = Client.of("s", null, null, null).with(many).headers();
    assertThat(kept).hasSize(32);
    assertThat(kept.values()).allSatisfy(value -> assertThat(value).hasSize(1_024));
  }
}
