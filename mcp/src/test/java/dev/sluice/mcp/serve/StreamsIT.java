package dev.sluice.mcp.serve;

import static dev.sluice.mcp.serve.Peer.object;
import static dev.sluice.mcp.serve.Peer.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.mcp.serve.stream.StreamLimits;
import dev.sluice.testkit.mcp.LegacyMcpSimulator;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Streams to clients with sessions.
final class StreamsIT {

  private static final McpScript EVENTS = McpScript.STANDARD.with(McpScript.Answers.EVENTS);

  private LegacyMcpSimulator server;
  private ModernMcpSimulator modern;
  private World world;
  private World.Replica one;

  @BeforeEach
  void start() {
    server = LegacyMcpSimulator.start(EVENTS);
    modern = ModernMcpSimulator.start(EVENTS);
    world =
        new World()
            .server("alpha", modern.url())
            .server("beta", server.url())
            .key(Keys.all("key", "alpha", "beta"))
            .ready();
    one = world.start(ModernIT.quick(), InstantSource.system());
  }

  @AfterEach
  void stop() throws Exception {
    world.close();
    server.close();
    modern.close();
  }

  private Peer begun() {
    return begun(object());
  }

  private Peer begun(tools.jackson.databind.node.ObjectNode capabilities) {
    return new Peer(one.url(), "key").begun("2025-11-25", capabilities);
  }

  private static tools.jackson.databind.node.ObjectNode slow(int steps, int millis) {
    var slow = tool("beta__slow", object().put("steps", steps).put("millis", millis));
    slow.putObject("_meta").put("progressToken", 5);
    return slow;
  }

  @Test
  void a_stream_that_broke_is_taken_up_where_it_broke() {
    var peer = begun();
    String last;
    try (var open = peer.open("POST", Peer.request(1, "tools/call", slow(20, 50)).toString())) {
      assertThat(open.event().data()).isEmpty();
      assertThat(open.message().path("params").path("progress").intValue(0)).isEqualTo(1);
      var second = open.event();
      assertThat(second.data()).contains("\"progress\":2");
      last = second.id().orElseThrow();
    }
    var events = peer.with("Last-Event-ID", last).send("GET").events();
    assertThat(events.get(1).data()).contains("\"progress\":3");
    assertThat(events.getLast().data()).contains("\"id\":1", "done");
    assertThat(events).hasSize(20);
    assertThat(server.runs()).isEqualTo(1);
  }

  @Test
  void a_stream_of_another_gateway_that_lives_is_answered_with_what_is_known_of_it()
      throws Exception {
    var two = world.start();
    var peer = begun();
    try (var open =
        peer.open("POST", Peer.request("call", "tools/call", slow(100, 50)).toString())) {
      open.message();
      var last = open.event().id().orElseThrow();
      var events = peer.at(two.url()).with("Last-Event-ID", last).send("GET").events();
      var error = Peer.tree(events.getLast().data().getBytes(StandardCharsets.UTF_8));
      assertThat(error.path("id").stringValue("")).isEqualTo("call");
      assertThat(error.path("error").path("message").stringValue(""))
          .isEqualTo(
              "The call ran at another gateway, or at one that is gone; it may have done its work");
    }
    assertThat(peer.with("Last-Event-ID", "nonsense").send("GET").error())
        .isEqualTo("Last-Event-ID: nonsense (expected: that of an event of this gateway)");
  }

  @Test
  void a_call_that_its_client_cancelled_is_not_answered() throws Exception {
    var peer = begun();
    var stall = tool("beta__stall", object());
    String last;
    try (var open = peer.open("POST", Peer.request(9, "tools/call", stall).toString())) {
      last = open.event().id().orElseThrow();
      await().until(() -> server.runs() == 1);
      cancel(peer, 9);
      // It ends, and nobody is answered.
      assertThat(open.reader().next()).isEmpty();
    }
    await().until(() -> server.cancelled().size() == 1);
    var again = peer.with("Last-Event-ID", last).send("GET");
    assertThat(again.status()).isEqualTo(405);
    assertThat(again.error()).contains("(expected: that of a stream that has not ended)");
  }

  private static void cancel(Peer peer, int id) {
    var params = object().put("requestId", id).put("reason", "enough");
    var cancelled = Peer.notification("notifications/cancelled", params).toString();
    assertThat(peer.send("POST", cancelled).status()).isEqualTo(202);
  }

  @Test
  void a_client_without_a_stream_hears_nothing_but_that_its_cancelled_call_is_over()
      throws Exception {
    var peer = begun().with("Accept", "application/json");
    var stall = tool("beta__stall", object());
    var waiting =
        CompletableFuture.supplyAsync(
            () -> peer.ask(9, "tools/call", stall), Thread::startVirtualThread);
    await().until(() -> server.runs() == 1);
    cancel(peer, 9);
    var read = waiting.get(30, TimeUnit.SECONDS);
    assertThat(read.status()).isEqualTo(202);
    assertThat(read.body()).isEmpty();
    await().until(() -> one.service().openStreams() == 0);
  }

  @Test
  void the_rest_of_a_batch_is_answered_without_the_call_that_was_cancelled() throws Exception {
    var peer = new Peer(one.url(), "key").begun("2025-03-26").with("Accept", "application/json");
    var batch =
        "[%s,%s]"
            .formatted(
                Peer.request(1, "tools/call", tool("beta__stall", object())),
                Peer.request(2, "tools/call", tool("beta__echo", object().put("text", "two"))));
    var waiting =
        CompletableFuture.supplyAsync(() -> peer.send("POST", batch), Thread::startVirtualThread);
    await().until(() -> server.runs() == 2);
    cancel(peer, 1);
    var read = waiting.get(30, TimeUnit.SECONDS).json();
    assertThat(read.size()).isEqualTo(1);
    assertThat(read.path(0).path("id").intValue(0)).isEqualTo(2);
  }

  @Test
  void a_quiet_answer_becomes_a_stream_that_shows_life() {
    var read = begun().ask(1, "tools/call", tool("alpha__slow", object().put("millis", 4_000)));
    assertThat(read.type()).startsWith("text/event-stream");
    assertThat(new String(read.body(), StandardCharsets.UTF_8)).contains(": keep-alive");
    assertThat(read.events().getLast().data()).contains("done");
    var json = begun().with("Accept", "application/json");
    assertThat(json.ask(1, "tools/call", slow(3, 200)).result().has("content")).isTrue();
  }

  @Test
  void what_a_server_asks_goes_to_the_client_of_that_call_and_back() {
    var abilities = object();
    abilities.putObject("elicitation");
    for (var name : new String[] {"alpha__ask", "beta__ask"}) {
      var peer = begun(abilities);
      try (var open =
          peer.open("POST", Peer.request(1, "tools/call", tool(name, object())).toString())) {
        var asked = open.message();
        assertThat(asked.path("method").stringValue("")).isEqualTo("elicitation/create");
        assertThat(asked.path("id").stringValue("")).startsWith("sluice-");
        var answer = object().put("jsonrpc", "2.0");
        answer.set("id", asked.path("id"));
        var result = answer.putObject("result").put("action", "accept");
        result.putObject("content").put("name", "Ada");
        var stranger = begun(abilities);
        assertThat(stranger.send("POST", answer.toString()).status()).isEqualTo(202);
        assertThat(peer.send("POST", answer.toString()).status()).isEqualTo(202);
        assertThat(
                open.message().path("result").path("content").path(0).path("text").stringValue(""))
            .isEqualTo("accept Ada");
      }
    }
  }

  @Test
  void an_answer_that_goes_to_another_replica_is_lost_and_the_server_hears_that() {
    var impatient =
        world.start(ModernIT.quick().withAsks(10, Duration.ofSeconds(2)), InstantSource.system());
    var abilities = object();
    abilities.putObject("elicitation");
    var peer = new Peer(impatient.url(), "key").begun("2025-11-25", abilities);
    try (var open =
        peer.open("POST", Peer.request(1, "tools/call", tool("beta__ask", object())).toString())) {
      var answer = object().put("jsonrpc", "2.0");
      answer.set("id", open.message().path("id"));
      answer.putObject("result").put("action", "accept");
      assertThat(peer.at(one.url()).send("POST", answer.toString()).status()).isEqualTo(202);
      assertThat(open.message().toString()).contains("\"id\":1").doesNotContain("accept");
    }
    var full =
        world.start(ModernIT.quick().withAsks(0, Duration.ofMinutes(5)), InstantSource.system());
    var read =
        new Peer(full.url(), "key")
            .begun("2025-11-25", abilities)
            .ask(1, "tools/call", tool("beta__ask", object()));
    assertThat(new String(read.body(), StandardCharsets.UTF_8)).doesNotContain("accept");
  }

  @Test
  void many_sessions_are_served_at_once_and_none_hears_another() throws Exception {
    var wrong = new java.util.concurrent.ConcurrentLinkedQueue<String>();
    var threads = new java.util.ArrayList<Thread>();
    for (var i = 0; i < 200; i++) {
      var text = "text-" + i;
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    var peer = begun();
                    var echo = tool("beta__echo", object().put("text", text));
                    var read = peer.ask(1, "tools/call", echo);
                    if (!new String(read.body(), StandardCharsets.UTF_8)
                        .contains("\"" + text + "\"")) {
                      wrong.add(text + ": " + read);
                    }
                  }));
    }
    for (var thread : threads) {
      thread.join();
    }
    assertThat(wrong).isEmpty();
    await().until(() -> one.service().openStreams() == 0);
  }

  @Test
  void a_client_that_cannot_be_asked_is_not_asked() {
    var read = begun().ask(1, "tools/call", tool("beta__ask", object()));
    var text = read.type().contains("event") ? read.events().getLast().data() : read.json() + "";
    assertThat(text).doesNotContain("accept");
  }

  @Test
  void the_one_stream_of_changes_of_a_session_is_the_latest() {
    var peer = begun();
    try (var first = peer.open("GET", "")) {
      first.event();
      try (var second = peer.open("GET", "")) {
        var id = second.event().id().orElseThrow();
        assertThat(first.ended()).isTrue();
        await().until(() -> modern.listeners() > 0);
        modern.toolsChanged();
        assertThat(second.message().path("method").stringValue(""))
            .isEqualTo("notifications/tools/list_changed");
        try (var resumed = peer.with("Last-Event-ID", id).open("GET", "")) {
          // What changed while it was away is not known.
          assertThat(resumed.message().path("method").stringValue("")).contains("list_changed");
        }
      }
    }
  }

  @Test
  void streams_have_limits_for_each_key_and_in_all() {
    var few =
        world.start(
            ServeLimits.STANDARD.with(StreamLimits.STANDARD.withOpen(3, 2)),
            InstantSource.system());
    world.key(Keys.all("second", "alpha"));
    world.key(Keys.all("third", "alpha"));
    var peer = new Peer(few.url(), "key").begun("2025-11-25");
    var other = new Peer(few.url(), "second").begun("2025-11-25");
    var third = new Peer(few.url(), "third").begun("2025-11-25");
    try (var _ = peer.open("GET", "");
        var _ = new Peer(few.url(), "key").begun("2025-11-25").open("GET", "");
        var _ = other.open("GET", "")) {
      for (var refused : new Peer[] {peer, third}) {
        var read = refused.ask("ping");
        assertThat(read.status()).isEqualTo(429);
        assertThat(read.error())
            .isEqualTo(
                "streams: one more than there may be (expected: at most 2 of a key, 3 in all)");
      }
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> few.service().openStreams() == 0);
    assertThat(peer.ask("ping").status()).isEqualTo(200);
  }

  @Test
  void a_client_that_does_not_read_is_cut_and_costs_no_more_than_its_buffer() throws Exception {
    var limits =
        ServeLimits.STANDARD.with(
            StreamLimits.STANDARD
                .withEvents(50, 1 << 20)
                .withTimes(Duration.ofSeconds(1), Duration.ofMillis(200), Duration.ofSeconds(1)));
    var replica = world.start(limits, InstantSource.system());
    var session = new Peer(replica.url(), "key").begun("2025-11-25");
    var flood = tool("beta__flood", object().put("count", 2000).put("bytes", 20_000));
    var body = Peer.request(1, "tools/call", flood).toString();
    try (var socket = new Socket()) {
      socket.setReceiveBufferSize(4096);
      socket.connect(
          new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), replica.front().port()));
      socket.getOutputStream().write(head(session, body));
      await().atMost(Duration.ofSeconds(30)).until(() -> server.runs() > 0);
      await().atMost(Duration.ofSeconds(60)).until(() -> replica.service().openStreams() == 0);
    }
    assertThat(session.ask("ping").status()).isEqualTo(200);
  }

  private static byte[] head(Peer session, String body) {
    return ("POST /mcp HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer key\r\nContent-Type:"
            + " application/json\r\nAccept: "
            + Peer.BOTH
            + "\r\nMcp-Session-Id: "
            + session.header("Mcp-Session-Id")
            + "\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void a_service_that_ends_lets_calls_finish_and_ends_streams_of_changes() {
    var peer = begun();
    try (var changes = peer.open("GET", "");
        var call = peer.open("POST", Peer.request(1, "tools/call", slow(20, 50)).toString())) {
      call.message();
      var closing = Thread.ofVirtual().start(() -> one.service().close());
      assertThat(changes.event().data()).isEmpty();
      assertThat(changes.ended()).isTrue();
      var last = call.message();
      while (!last.has("result")) {
        last = call.message();
      }
      assertThat(last.path("result").path("content").path(0).path("text").stringValue(""))
          .isEqualTo("done");
      await().until(() -> !closing.isAlive());
    }
  }

  @Test
  void a_call_ends_when_its_client_comes_back_and_leaves_again_for_good() {
    var limits =
        ServeLimits.STANDARD.with(
            StreamLimits.STANDARD.withTimes(
                Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofSeconds(5)));
    var replica = world.start(limits, InstantSource.system());
    var peer = new Peer(replica.url(), "key").begun("2025-11-25");
    var stall = tool("beta__stall", object());
    String last;
    try (var open = peer.open("POST", Peer.request(1, "tools/call", stall).toString())) {
      last = open.event().id().orElseThrow();
    }
    try (var again = peer.with("Last-Event-ID", last).open("GET", "")) {
      again.event();
      await()
          .atMost(Duration.ofSeconds(20))
          .during(Duration.ofSeconds(7))
          .until(() -> server.cancelled().isEmpty());
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> server.cancelled().size() == 1);
  }
}
