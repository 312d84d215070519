package dev.sluice.wire.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.RecordedTraffic;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class JsonBodyTest {

  private static Field read(String body) {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    return JsonBody.read(bytes, 0, bytes.length);
  }

  @Test
  void a_body_has_so_many_tokens() {
    var most = "[" + "1,".repeat(JsonBody.TOKENS_MAX - 3) + "1]";
    assertThat(read(most).json()).hasSize(JsonBody.TOKENS_MAX - 2);
    assertThatThrownBy(() -> read("[" + "{},".repeat(10 << 20) + "{}]"))
        .hasMessage("body: 1000001 JSON tokens or more (expected: at most 1000000)");
    assertThatThrownBy(() -> read("{\"x\":\"\\ud800\",\"y\":" + most + "}"))
        .hasMessage("body: 1000001 JSON tokens or more (expected: at most 1000000)");
  }

  /// As in the largest body there is: the same turns again and again, up to 32 MiB.
  @Test
  void a_long_session_is_far_below_the_limit() {
    var body = RecordedTraffic.request("08-long-950k-2.1.329").http().body();
    var session = new String(body, StandardCharsets.UTF_8);
    var most = "[" + (session + ",").repeat((32 << 20) / body.length) + session + "]";
    assertThat(read(most).json()).hasSize((32 << 20) / body.length + 1);
  }

  @Test
  void what_follows_a_body_or_nests_too_deep_is_refused() {
    assertThatThrownBy(() -> read("{}{}")).hasMessageStartingWith("body: not JSON at byte");
    assertThatThrownBy(() -> read("[".repeat(257))).hasMessageStartingWith("body: not JSON");
  }
}
