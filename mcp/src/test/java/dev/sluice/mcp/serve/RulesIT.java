package dev.sluice.mcp.serve;

import static dev.sluice.mcp.serve.Peer.object;
import static dev.sluice.mcp.serve.Peer.tool;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mcp.rpc.MessageLimits;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import java.net.URI;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a client is told that breaks a rule; its next request works.
final class RulesIT {

  private ModernMcpSimulator server;
  private World world;
  private World.Replica replica;
  private Peer session;

  @BeforeEach
  void start() {
    server = ModernMcpSimulator.start(McpScript.STANDARD);
    world = new World().server("alpha", server.url()).key(Keys.all("key", "alpha")).ready();
    replica =
        world.start(
            ServeLimits.STANDARD.with(MessageLimits.STANDARD.withMessageBytesMax(20_000)),
            InstantSource.system());
    session = new Peer(replica.url(), "key").begun("2025-11-25");
  }

  @AfterEach
  void the_next_request_works() throws Exception {
    var called = session.ask(1, "tools/call", tool("alpha__echo", object().put("text", "next")));
    assertThat(called.result().path("content").path(0).path("text").stringValue(""))
        .isEqualTo("next");
    world.close();
    server.close();
  }

  private static void assertRefused(Peer.Read read, int status, int code, String sentence) {
    assertThat(read.error()).isEqualTo(sentence);
    assertThat(read.status()).isEqualTo(status);
    assertThat(read.code()).isEqualTo(code);
    assertThat(read.json().path("jsonrpc").stringValue("")).isEqualTo("2.0");
  }

  @Test
  void nobody_comes_in_without_a_ticket() {
    var direct = URI.create("http://127.0.0.1:" + replica.service().port() + "/mcp");
    var forged = new Peer(direct, "key").with(Entrance.TICKET, "0".repeat(32));
    assertRefused(forged.ask("ping"), 403, -32600, "No request comes here but by the gateway");
    assertRefused(
        session.with("Authorization", "Bearer unknown").ask("ping"),
        403,
        -32600,
        "No request comes here but by the gateway");
  }

  @Test
  void foreign_pages_are_refused_and_pages_of_this_machine_are_not() {
    assertRefused(
        session.with("Origin", "https://evil.example").ask("ping"),
        403,
        -32600,
        "Origin: https://evil.example (expected: one that is allowed)");
    assertThat(session.with("Origin", "null").ask("ping").status()).isEqualTo(403);
    assertThat(session.with("Origin", "http://localhost:3000").ask("ping").status()).isEqualTo(200);
    assertThat(session.with("Origin", "https://allowed.example").ask("ping").status())
        .isEqualTo(200);
  }

  @Test
  void bytes_that_are_no_message_are_refused() {
    assertRefused(
        session.send("POST", "{nope"), 400, -32700, "Parse error: 5 bytes that are no JSON");
    assertRefused(
        session.send("POST", "{\"id\":1}"),
        400,
        -32600,
        "Invalid request: no message (expected: jsonrpc 2.0)");
    assertRefused(
        session.send("POST", "[]"),
        400,
        -32600,
        "Invalid request: a batch of 0 messages (expected: 1..100)");
    assertRefused(
        session.send("POST", "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}"),
        400,
        -32600,
        "Invalid request: id: not valid (expected: a text or a whole number)");
  }

  @Test
  void a_body_that_is_too_large_is_refused() {
    var large = tool("alpha__echo", object().put("text", "x".repeat(30_000)));
    assertRefused(
        session.ask(1, "tools/call", large),
        413,
        -32600,
        "body: 30102 bytes (expected: at most 20000)");
  }

  @Test
  void headers_that_are_too_large_are_refused() {
    var read = session.with("x-large", "x".repeat(70_000)).ask("ping");
    assertThat(read.status()).isBetween(400, 499);
  }

  @Test
  void types_that_do_not_fit_are_refused() {
    assertRefused(
        session.with("Content-Type", "text/plain").send("POST", "{}"),
        415,
        -32600,
        "Content-Type: text/plain (expected: application/json)");
    assertRefused(
        session.with("Accept", "text/html").ask("ping"),
        406,
        -32600,
        "Accept: text/html (expected: application/json, text/event-stream)");
    assertRefused(
        session.with("Accept", "application/json").send("GET"),
        406,
        -32600,
        "Accept: application/json (expected: text/event-stream)");
    assertThat(session.with("Accept", "*/*").ask("ping").status()).isEqualTo(200);
    assertThat(session.with("Accept", "application/json").ask("ping").status()).isEqualTo(200);
  }

  @Test
  void other_methods_of_http_and_other_paths_are_refused() {
    var put = session.send("PUT", "{}");
    assertRefused(
        put, 405, -32600, "method: PUT (expected: POST; with a session also GET and DELETE)");
    assertThat(put.http().headers().firstValue("allow")).contains("GET, POST, DELETE");
    assertThat(session.at(URI.create(replica.url() + "/a/b")).ask("ping").status()).isEqualTo(404);
    assertThat(session.at(replica.url().resolve("/elsewhere")).ask("ping").status()).isEqualTo(404);
  }

  @Test
  void a_request_needs_its_session_in_its_version() {
    assertRefused(
        session.without("Mcp-Session-Id").ask("ping"),
        400,
        -32600,
        "Mcp-Session-Id: none (expected: the session that initialize began)");
    assertRefused(
        session.with("MCP-Protocol-Version", "2024-11-05").ask("ping"),
        400,
        -32600,
        "MCP-Protocol-Version: 2024-11-05 (expected: 2025-11-25, the session's)");
    assertThat(session.without("MCP-Protocol-Version").ask("ping").status()).isEqualTo(200);
  }

  @Test
  void a_modern_request_says_the_same_in_headers_and_body() {
    var plain = new Peer(replica.url(), "key");
    assertRefused(
        plain.modern("tools/list", object()).ask("tools/list"),
        400,
        -32020,
        "Header mismatch: MCP-Protocol-Version is missing, or differs from the body");
    var body = Peer.modern(1, "tools/list", object(), object()).toString();
    assertRefused(
        plain.modern("tools/call", object()).send("POST", body),
        400,
        -32020,
        "Header mismatch: Mcp-Method is missing, or differs from the body");
    assertRefused(
        plain.send("POST", body),
        400,
        -32020,
        "Header mismatch: MCP-Protocol-Version is missing, or differs from the body");
    var echo = tool("alpha__echo", object());
    assertRefused(
        plain
            .modern("tools/call", object().put("name", "alpha__count"))
            .send("POST", Peer.modern(1, "tools/call", echo, object()).toString()),
        400,
        -32020,
        "Header mismatch: Mcp-Name is missing, or differs from the body");
    var later = body.replace("2026-07-28", "2030-01-01");
    var unsupported =
        plain.modern("tools/list", object()).with("MCP-Protocol-Version", "2030-01-01");
    var read = unsupported.send("POST", later);
    assertRefused(read, 400, -32022, "Unsupported protocol version: 2030-01-01");
    assertThat(read.json().path("error").path("data").path("supported").toString())
        .isEqualTo("[\"2026-07-28\",\"2025-11-25\",\"2025-06-18\",\"2025-03-26\"]");
    assertThat(plain.modernly(1, "x/unknown", object()).status()).isEqualTo(404);
    assertThat(plain.modern("x", object()).send("GET").status()).isEqualTo(405);
  }

  @Test
  void a_modern_call_says_the_same_in_the_headers_of_its_parameters() {
    var plain = new Peer(replica.url(), "key");
    var call = tool("alpha__regional", object().put("region", "eu"));
    var ran = server.runs();
    var message = "Header mismatch: Mcp-Param-Region is missing, or differs from the body";
    assertRefused(plain.modernly(1, "tools/call", call), 400, -32020, message);
    var other = plain.with("Mcp-Param-Region", "us");
    assertRefused(other.modernly(2, "tools/call", call), 400, -32020, message);
    assertThat(server.runs()).isEqualTo(ran);
    var same = plain.with("mcp-param-region", "eu").modernly(3, "tools/call", call).result();
    assertThat(same.path("content").path(0).path("text").stringValue("")).isEqualTo("eu");
    var absent = plain.modernly(4, "tools/call", tool("alpha__regional", object())).result();
    assertThat(absent.path("content").path(0).path("text").stringValue("")).isEqualTo("nowhere");
    var legacy = session.ask(5, "tools/call", call).result();
    assertThat(legacy.path("content").path(0).path("text").stringValue("")).isEqualTo("eu");
  }

  @Test
  void what_belongs_to_a_connection_is_not_passed_on() {
    var one = session.at(replica.url("alpha"));
    var batching = new Peer(replica.url("alpha"), "key").begun("2025-03-26");
    for (var method :
        new String[] {
          "initialize",
          "subscriptions/listen2",
          "notifications/initialized",
          "roots/list",
          "sampling/createMessage",
          "elicitation/create",
          "logging/other",
          "tasks/list"
        }) {
      assertRefused(
          new Peer(replica.url("alpha"), "key").modernly(1, method, object()),
          404,
          -32601,
          "Method not found: " + method);
      var batch = batching.send("POST", "[" + Peer.request(1, method, object()) + "]");
      assertThat(batch.json().path(0).path("error").path("code").intValue(0)).isEqualTo(-32601);
      if (!method.equals("initialize")) {
        assertThat(one.ask(1, method, object()).code()).isEqualTo(-32601);
      }
    }
    assertThat(server.violations()).isEmpty();
  }

  @Test
  void a_client_listens_to_so_many_resources() {
    var params = object();
    var uris = params.putObject("notifications").putArray("resourceSubscriptions");
    for (var i = 0; i < 101; i++) {
      uris.add("x");
    }
    assertRefused(
        new Peer(replica.url(), "key").modernly(1, "subscriptions/listen", params),
        400,
        -32602,
        "resourceSubscriptions: 101 (expected: at most 100)");
  }
}
