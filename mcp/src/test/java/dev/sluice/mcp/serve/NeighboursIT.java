package dev.sluice.mcp.serve;

import static dev.sluice.mcp.serve.Peer.object;
import static dev.sluice.mcp.serve.Peer.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.mcp.serve.neighbour.Hub;
import dev.sluice.testkit.mcp.LegacyMcpSimulator;
import dev.sluice.testkit.mcp.McpScript;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One client at two gateways, each with connections of its own to the servers.
final class NeighboursIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final ObjectNode NOTE = object().put("uri", "note://bonn/1");
  private static final String LOST =
      "The call ran at another gateway, or at one that is gone; it may have done its work";

  private final Hub hub = new Hub();
  private final List<World> worlds = new ArrayList<>();
  private LegacyMcpSimulator server;
  private Hub.Joined busOfOne;
  private World.Replica one;
  private World.Replica two;

  @BeforeEach
  void start() {
    server = LegacyMcpSimulator.start(McpScript.STANDARD.with(McpScript.Answers.EVENTS));
    server.define("say", "Says what it is told to");
    busOfOne = hub.join("one");
    one = gateway(busOfOne);
    two = gateway(hub.join("two"));
  }

  private World.Replica gateway(Hub.Joined bus) {
    var world =
        new World()
            .server("beta", server.url())
            .key(Keys.all("key", "beta"))
            .key(Keys.all("other", "beta"))
            .ready();
    worlds.add(world);
    return world.start(ModernIT.quick(), InstantSource.system(), bus);
  }

  @AfterEach
  void stop() {
    worlds.forEach(World::close);
    server.close();
    assertThat(server.violations()).isEmpty();
  }

  private static ObjectNode able() {
    var abilities = object();
    abilities.putObject("elicitation");
    return abilities;
  }

  private Peer begun() {
    return new Peer(one.url(), "key").begun("2025-11-25", able());
  }

  private static Peer.Open called(Peer peer, Object id, ObjectNode params) {
    params.putObject("_meta").put("progressToken", 5);
    return peer.open("POST", Peer.request(id, "tools/call", params).toString());
  }

  private static ObjectNode slow(int steps, int millis) {
    return tool("beta__slow", object().put("steps", steps).put("millis", millis));
  }

  private static String text(JsonNode message) {
    return message.at("/result/content/0/text").stringValue("");
  }

  private static ObjectNode answer(JsonNode asked, String name) {
    var answer = object().put("jsonrpc", "2.0");
    answer.set("id", asked.path("id"));
    answer.putObject("result").put("action", "accept").putObject("content").put("name", name);
    return answer;
  }

  private static int cancel(Peer peer, int id) {
    var params = object().put("requestId", id).put("reason", "enough");
    return peer.send("POST", Peer.notification("notifications/cancelled", params).toString())
        .status();
  }

  @Test
  void what_a_server_asks_is_answered_at_the_other_gateway_by_that_session_alone() {
    var peer = begun();
    try (var open = called(peer, 1, tool("beta__ask", object()))) {
      var asked = open.message();
      assertThat(asked.path("id").stringValue("")).startsWith("sluice-one-");
      var stranger = new Peer(two.url(), "key").begun("2025-11-25", able());
      assertThat(stranger.send("POST", answer(asked, "Eve").toString()).status()).isEqualTo(202);
      var moved = peer.at(two.url());
      assertThat(moved.send("POST", answer(asked, "Ada").toString()).status()).isEqualTo(202);
      assertThat(text(open.message())).isEqualTo("accept Ada");
    }
  }

  @Test
  void a_call_is_cancelled_at_the_other_gateway_by_that_session_alone() {
    var peer = begun();
    try (var open = called(peer, 9, slow(10_000, 20))) {
      open.message();
      assertThat(cancel(new Peer(two.url(), "key").begun("2025-11-25"), 9)).isEqualTo(202);
      open.message();
      assertThat(server.cancelled()).isEmpty();
      assertThat(cancel(peer.at(two.url()), 9)).isEqualTo(202);
      await().atMost(SOON).until(() -> server.cancelled().size() == 1);
    }
  }

  @Test
  void a_session_that_ends_at_the_other_gateway_ends_at_all() {
    var peer = begun();
    peer.ask(1, "resources/subscribe", NOTE);
    try (var changes = peer.open("GET", "");
        var open = called(peer, 9, slow(10_000, 20))) {
      changes.event();
      open.message();
      assertThat(peer.at(two.url()).send("DELETE").status()).isEqualTo(204);
      assertThat(changes.ended()).isTrue();
      await().atMost(SOON).until(() -> server.cancelled().size() == 1);
    }
    await().atMost(SOON).until(() -> server.subscriptions() == 0);
    assertThat(peer.ask("tools/list").status()).isEqualTo(404);
    assertThat(peer.at(two.url()).ask("tools/list").status()).isEqualTo(404);
    var later = gateway(hub.join("later"));
    assertThat(peer.at(later.url()).ask("tools/list").status()).isEqualTo(404);
  }

  private static List<String> said(Peer.Open open) {
    var levels = new ArrayList<String>();
    for (var next = open.message(); !next.has("result"); next = open.message()) {
      if (next.path("method").stringValue("").equals("notifications/message")) {
        levels.add(next.at("/params/level").stringValue(""));
      }
    }
    return levels;
  }

  private static void awaitSaid(Peer peer, String... levels) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              try (var open = called(peer, 2, say())) {
                assertThat(said(open)).containsExactly(levels);
              }
            });
  }

  private static ObjectNode say() {
    var say = object();
    say.putArray("levels").add("debug").add("warning").add("info").add("error");
    return tool("beta__say", say);
  }

  @Test
  void the_level_that_is_set_at_the_other_gateway_counts_also_for_one_that_did_not_hear_it() {
    var peer = begun();
    var moved = peer.at(two.url());
    assertThat(moved.ask(1, "logging/setLevel", object().put("level", "warning")).status())
        .isEqualTo(200);
    awaitSaid(peer, "warning", "error");
    busOfOne.cut();
    moved.ask(3, "logging/setLevel", object().put("level", "error"));
    assertThat(said(called(peer, 4, say()))).containsExactly("warning", "error");
    busOfOne.mend();
    awaitSaid(peer, "error");
  }

  private static void hear(Peer.Open stream) {
    var message = stream.message();
    while (!message.path("method").stringValue("").equals("notifications/resources/updated")) {
      message = stream.message();
    }
    assertThat(message.at("/params/uri").stringValue("")).isEqualTo("note://bonn/1");
  }

  @Test
  void what_is_watched_at_the_other_gateway_is_told_on_the_stream_of_this_one() {
    var peer = begun();
    try (var stream = peer.open("GET", "")) {
      stream.event();
      var subscribed = peer.at(two.url()).ask(1, "resources/subscribe", NOTE);
      assertThat(subscribed.result().isObject()).isTrue();
      // Nobody knows what changed until this gateway was told of it.
      hear(stream);
      assertThat(server.subscriptions()).isEqualTo(2);
      server.updated("note://bonn/1");
      hear(stream);
      peer.at(two.url()).ask(2, "resources/unsubscribe", NOTE);
      await().atMost(SOON).until(() -> server.subscriptions() == 0);
    }
  }

  @Test
  void a_stream_of_changes_at_a_gateway_that_comes_later_tells_of_what_is_watched() {
    var peer = begun();
    peer.ask(1, "resources/subscribe", NOTE);
    var later = gateway(hub.join("later"));
    try (var stream = peer.at(later.url()).open("GET", "")) {
      hear(stream);
      server.updated("note://bonn/1");
      hear(stream);
      assertThat(peer.send("DELETE").status()).isEqualTo(204);
      await().atMost(SOON).until(() -> server.subscriptions() == 0);
    }
  }

  @Test
  void a_server_that_is_away_when_the_stream_of_changes_begins_is_asked_again() {
    var peer = begun();
    peer.ask(1, "resources/subscribe", NOTE);
    var later = gateway(hub.join("later"));
    worlds.getLast().away.add(Keys.server("beta"));
    try (var stream = peer.at(later.url()).open("GET", "")) {
      hear(stream);
      server.updated("note://bonn/1");
      hear(stream);
    }
    assertThat(worlds.getLast().away).isEmpty();
  }

  @Test
  void what_was_missed_and_cannot_be_read_at_once_is_read_later() {
    var peer = begun();
    try (var stream = peer.open("GET", "")) {
      stream.event();
      busOfOne.cut();
      peer.at(two.url()).ask(1, "resources/subscribe", NOTE);
      busOfOne.unreadable(2);
      busOfOne.mend();
      hear(stream);
    }
  }

  @Test
  void a_stream_that_broke_is_taken_up_at_the_other_gateway_and_again_at_its_own() {
    var peer = begun();
    var ids = new ArrayList<String>();
    try (var open = called(peer, 1, slow(40, 50))) {
      open.event();
      ids.add(open.event().id().orElseThrow());
    }
    try (var rest = peer.at(two.url()).with("Last-Event-ID", ids.getLast()).open("GET", "")) {
      assertThat(rest.event().data()).isEmpty();
      for (int i = 0; i < 5; i++) {
        ids.add(rest.event().id().orElseThrow());
      }
    }
    var last = peer.with("Last-Event-ID", ids.getLast()).send("GET").events();
    last.stream().skip(1).forEach(event -> ids.add(event.id().orElseThrow()));
    assertThat(last.getLast().data()).contains("\"id\":1", "done");
    var stream = ids.getFirst().substring(0, ids.getFirst().lastIndexOf('.'));
    var expected = new ArrayList<String>();
    for (int i = 1; i <= 41; i++) {
      expected.add(stream + "." + i);
    }
    assertThat(ids).isEqualTo(expected);
    assertThat(server.runs()).isEqualTo(1);
    // What has ended is there for a while, at any gateway.
    var again = peer.at(two.url()).with("Last-Event-ID", stream + ".40").send("GET").events();
    assertThat(again).hasSize(2);
    assertThat(again.getLast().data()).contains("done");
    // Some clients come back until they have a result, and stop at this status alone.
    for (var anywhere : List.of(peer, peer.at(two.url()))) {
      assertThat(anywhere.with("Last-Event-ID", stream + ".41").send("GET").status())
          .isEqualTo(405);
    }
    await().atMost(SOON).until(() -> one.service().openStreams() == 0);
  }

  @Test
  void a_call_that_ends_while_its_gateway_does_reaches_its_client_at_the_other()
      throws InterruptedException {
    var peer = begun();
    String last;
    try (var open = called(peer, 1, slow(40, 50))) {
      open.event();
      last = open.event().id().orElseThrow();
    }
    try (var rest = peer.at(two.url()).with("Last-Event-ID", last).open("GET", "")) {
      rest.message();
      var closing = Thread.ofVirtual().start(one.service()::close);
      var message = rest.message();
      while (!message.has("result")) {
        message = rest.message();
      }
      assertThat(text(message)).isEqualTo("done");
      assertThat(rest.ended()).isTrue();
      closing.join();
    }
  }

  @Test
  void a_stream_is_not_there_for_another_session_or_key_or_when_its_gateway_is_gone() {
    var peer = begun();
    String last;
    try (var open = called(peer, 1, slow(10_000, 20))) {
      open.event();
      last = open.event().id().orElseThrow();
    }
    var session = new Peer(two.url(), "key").begun("2025-11-25");
    var key = new Peer(two.url(), "other").begun("2025-11-25");
    for (var stranger : List.of(session, key)) {
      var events = stranger.with("Last-Event-ID", last).send("GET").events();
      assertThat(events.getLast().data()).contains(LOST);
    }
    busOfOne.close();
    var events = peer.at(two.url()).with("Last-Event-ID", last).send("GET").events();
    assertThat(events.getLast().data()).contains(LOST).contains("\"id\":1");
  }

  private ObjectNode parked(String key) {
    var call = tool("beta__ask", object());
    var read =
        new Peer(one.url(), key)
            .modern("tools/call", call)
            .send("POST", Peer.modern(1, "tools/call", call, able()).toString());
    var asked = read.result();
    assertThat(asked.path("resultType").stringValue("")).isEqualTo("input_required");
    var again = call.deepCopy();
    again.set("requestState", asked.path("requestState"));
    var response = again.withObject("inputResponses").putObject("asked");
    response.put("action", "accept").putObject("content").put("name", "Ada");
    return again;
  }

  private static Peer.Read sent(Peer peer, ObjectNode again) {
    return peer.modern("tools/call", again)
        .send("POST", Peer.modern(2, "tools/call", again, able()).toString());
  }

  @Test
  void a_call_that_waits_at_one_gateway_goes_on_when_it_is_sent_again_to_the_other() {
    var again = parked("key");
    assertThat(sent(new Peer(two.url(), "other"), again).error()).endsWith("done its work");
    var read = sent(new Peer(two.url(), "key"), again);
    assertThat(read.json().path("id").intValue(0)).isEqualTo(2);
    assertThat(text(read.json())).isEqualTo("accept Ada");
    assertThat(server.runs()).isEqualTo(1);
    assertThat(sent(new Peer(two.url(), "key"), again).error()).endsWith("done its work");
    var alone = parked("key");
    busOfOne.close();
    assertThat(sent(new Peer(two.url(), "key"), alone).error()).endsWith("done its work");
  }
}
