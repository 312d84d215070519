package dev.sluice.mcp.serve;

import static dev.sluice.mcp.serve.Peer.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.mcp.serve.session.SessionLimits;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import dev.sluice.testkit.mcp.Received;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// What clients watch, and what a server is asked for because of it.
final class WatchingIT {

  private static final ObjectNode NOTE = object().put("uri", "note://münchen/1");

  private static World world(ModernMcpSimulator modern) {
    return new World().server("alpha", modern.url()).key(Keys.all("key", "alpha")).ready();
  }

  private static void awaitSubscriptions(ModernMcpSimulator modern, int count) {
    await().atMost(Duration.ofSeconds(30)).until(() -> modern.subscriptions() == count);
  }

  @Test
  void the_gateway_ends_what_a_limit_keeps_a_client_from_ending() throws Exception {
    try (var modern = ModernMcpSimulator.start(McpScript.STANDARD);
        var world = world(modern)) {
      var peer = new Peer(world.start().url(), "key").begun("2025-11-25");
      assertThat(peer.ask(1, "resources/subscribe", NOTE).result().isObject()).isTrue();
      awaitSubscriptions(modern, 1);
      world.limited.add("resources/unsubscribe");
      assertThat(peer.ask(2, "resources/unsubscribe", NOTE).code()).isEqualTo(-32600);
      awaitSubscriptions(modern, 0);
      assertThat(world.passed)
          .containsExactly("alpha resources/subscribe", "alpha resources/unsubscribe");
    }
  }

  @Test
  void a_repeated_wish_that_is_refused_leaves_the_one_that_was_granted() throws Exception {
    try (var modern = ModernMcpSimulator.start(McpScript.STANDARD);
        var world = world(modern)) {
      var replica = world.start();
      var peer = new Peer(replica.url(), "key").begun("2025-11-25");
      var other = new Peer(replica.url(), "key").begun("2025-11-25");
      peer.ask(1, "resources/subscribe", NOTE);
      other.ask(1, "resources/subscribe", NOTE);
      world.limited.add("resources/subscribe");
      assertThat(peer.ask(2, "resources/subscribe", NOTE).code()).isEqualTo(-32600);
      other.ask(2, "resources/unsubscribe", NOTE);
      assertThat(world.passed).doesNotContain("alpha resources/unsubscribe");
      peer.ask(3, "resources/unsubscribe", NOTE);
      assertThat(world.passed).contains("alpha resources/unsubscribe");
      awaitSubscriptions(modern, 0);
    }
  }

  @Test
  void who_begins_to_watch_while_the_last_one_ends_it_goes_on_watching() throws Exception {
    try (var modern = ModernMcpSimulator.start(McpScript.STANDARD);
        var world = world(modern)) {
      var replica = world.start();
      var last = new Peer(replica.url(), "key").begun("2025-11-25");
      var next = new Peer(replica.url(), "key").begun("2025-11-25");
      last.ask(1, "resources/subscribe", NOTE);
      awaitSubscriptions(modern, 1);
      world.before.put("resources/unsubscribe", () -> next.ask(1, "resources/subscribe", NOTE));
      last.ask(2, "resources/unsubscribe", NOTE);
      assertThat(modern.received().stream().filter(WatchingIT::asksForTheNote)).hasSize(2);
      awaitSubscriptions(modern, 1);
    }
  }

  private static boolean asksForTheNote(Received received) {
    var asked = received.message().at("/params/notifications/resourceSubscriptions");
    return !asked.isEmpty();
  }

  @Test
  void what_a_forgotten_session_watched_is_ended() throws Exception {
    try (var modern = ModernMcpSimulator.start(McpScript.STANDARD);
        var world = world(modern)) {
      var sessions = SessionLimits.STANDARD.withKeptMax(1);
      var replica = world.start(ServeLimits.STANDARD.with(sessions), InstantSource.system());
      new Peer(replica.url(), "key").begun("2025-11-25").ask(1, "resources/subscribe", NOTE);
      awaitSubscriptions(modern, 1);
      var next = new Peer(replica.url(), "key").begun("2025-11-25");
      next.ask(1, "logging/setLevel", object().put("level", "error"));
      awaitSubscriptions(modern, 0);
    }
  }
}
