package dev.sluice.mcp.serve;

import static dev.sluice.mcp.serve.Peer.object;
import static dev.sluice.mcp.serve.Peer.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.mcp.LegacyMcpSimulator;
import dev.sluice.testkit.mcp.McpScript;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

/// Bodies are held within a budget, of each key and in all.
final class BodyRoomIT {

  private static final String REFUSED =
      "bodies: no room for one more now (expected: at most 50000 bytes of a key, 80000 in all)";

  @Test
  void without_room_for_a_body_a_client_comes_again_later() throws Exception {
    try (var server = LegacyMcpSimulator.start(McpScript.STANDARD.with(McpScript.Answers.EVENTS));
        var world =
            new World()
                .server("alpha", server.url())
                .key(Keys.all("key", "alpha"))
                .key(Keys.all("other", "alpha"))
                .ready()) {
      var limits = ModernIT.quick().withBodies(80_000, 50_000);
      var replica = world.start(limits, InstantSource.system());
      var key = new Peer(replica.url(), "key").begun("2025-11-25");
      var other = new Peer(replica.url(), "other").begun("2025-11-25");
      var stall = tool("alpha__stall", object().put("text", "x".repeat(20_000)));
      var body = Peer.request(1, "tools/call", stall).toString();
      try (var _ = key.open("POST", body)) {
        await().until(() -> server.runs() == 1);
        var read = key.send("POST", body);
        assertThat(read.error()).isEqualTo(REFUSED);
        assertThat(read.status()).isEqualTo(503);
        assertThat(read.http().headers().firstValue("retry-after")).contains("1");
        assertThat(other.send("POST", body).error()).isEqualTo(REFUSED);
        assertThat(other.ask("ping").status()).isEqualTo(200);
        var cancel = object().put("requestId", 1);
        key.send("POST", Peer.notification("notifications/cancelled", cancel).toString());
      }
      await().until(() -> replica.service().bodyBytes() == 0);
      var echo = tool("alpha__echo", object().put("text", "x".repeat(20_000)));
      assertThat(key.ask(2, "tools/call", echo).status()).isEqualTo(200);
    }
  }

  @Test
  void a_body_of_more_tokens_than_there_may_be_is_refused() throws Exception {
    try (var server = LegacyMcpSimulator.start(McpScript.STANDARD);
        var world =
            new World().server("alpha", server.url()).key(Keys.all("key", "alpha")).ready()) {
      var key = new Peer(world.start().url(), "key").begun("2025-11-25");
      var body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"a\":[%s0]}}";
      var read = key.send("POST", body.formatted("{},".repeat(110_000)));
      assertThat(read.error()).isEqualTo("tokens: over 200000 (expected: at most that)");
      assertThat(read.status()).isEqualTo(413);
      assertThat(key.ask("ping").status()).isEqualTo(200);
    }
  }
}
