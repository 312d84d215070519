package dev.sluice.e2e.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.mcp.McpScript;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests that nobody honest sends: what a client forges changes nothing, and what it never ends
/// is ended.
final class ForgedToolRequestsE2E {

  private static final String TICKET = "x-sluice-int-admission";
  private static final String LIST = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}";
  private static final int MIB = 1 << 20;

  private static AttackedWorld world;

  @BeforeAll
  static void start() {
    world = AttackedWorld.start(Map.of("plain", McpScript.STANDARD), "");
    AttackedWorld.awaitTool(world.client("attacker", "/mcp/plain"), "echo");
  }

  @AfterAll
  static void stop() {
    try (var ended = world) {
      ended.assertNothingIsLeft();
    }
  }

  @AfterEach
  void it_was_contained(TestInfo test) {
    world.assertContained(test);
  }

  private static URI gateway() {
    return world.world().gateway().address();
  }

  private static String token(String key) {
    return world.world().gateway().key(key);
  }

  private static Path socket() {
    return world.world().gateway().state().resolve("run/tools.sock");
  }

  /// A post to Envoy whose connection ends with its answer.
  private static String post(String path, String headers, String body) throws Exception {
    try (var raw = RawHttp.to(gateway())) {
      return raw.send(head("POST", path, headers, body.length()) + body).toEnd();
    }
  }

  private static String head(String method, String path, String headers, long length) {
    return method
        + " "
        + path
        + " HTTP/1.1\r\nhost: gateway\r\ncontent-type: application/json\r\n"
        + "accept: application/json, text/event-stream\r\nconnection: close\r\n"
        + headers
        + "content-length: "
        + length
        + "\r\n\r\n";
  }

  private static String bearer(String key) {
    return "authorization: Bearer " + token(key) + "\r\n";
  }

  private static String session(String key) {
    return "mcp-session-id: " + world.client(key, "/mcp").session() + "\r\n";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x-sluice-int-admission: 0123456789abcdef0123456789abcdef",
        "X-SLUICE-INT-ADMISSION: 0123456789abcdef0123456789abcdef",
        "x-sluice-int-admission: a\r\nx-sluice-int-admission: b",
        "x_sluice_int_admission: 0123456789abcdef0123456789abcdef",
        "x-sluice-int-provider: default/anthropic",
        "x-sluice-int-facts: 2,0,0,0,0,0,0,0,0,0,0,m",
        "x-sluice-int-answered-by: default/anthropic",
        "x-forwarded-for: 127.0.0.1\r\nx-forwarded-host: tools\r\nx-forwarded-proto: https",
        "x-envoy-original-path: /mcp/vault\r\nx-original-url: /mcp/vault\r\nx-rewrite-url: /v",
        "x-envoy-internal: true\r\nx-envoy-decorator-operation: a\r\nx-envoy-max-retries: 9",
        "x-request-id: 00000000-0000-0000-0000-000000000000",
        "x-sluice-mcp-servers: vault, *\r\nx-sluice-mcp-tools: *"
      })
  void a_header_that_is_forged_opens_nothing_and_takes_nothing(String forged) throws Exception {
    assertThat(RawHttp.status(post("/mcp", forged + "\r\n", LIST))).isEqualTo(401);
    var own = post("/mcp", bearer("attacker") + session("attacker") + forged + "\r\n", LIST);
    assertThat(RawHttp.status(own)).as(own).isEqualTo(200);
    assertThat(own).contains("plain__echo").doesNotContain("vault__", "quiet__");
  }

  @Test
  void of_two_keys_in_one_request_no_tool_of_both_is_seen() throws Exception {
    for (var second :
        List.of(bearer("bystander"), "x-api-key: " + token("bystander") + "\r\n", bearer2())) {
      var answer = post("/mcp", bearer("attacker") + second + session("attacker"), LIST);
      assertThat(RawHttp.status(answer)).isIn(200, 400, 401, 404);
      assertThat(answer.contains("plain__echo") && answer.contains("quiet__echo")).isFalse();
    }
  }

  private static String bearer2() {
    return "authorization: Bearer sk-unknown\r\n";
  }

  @ParameterizedTest
  @CsvSource({
    "/mcp/vault,404",
    "/mcp/nothing,404",
    "/mcp/elsewhere.vault,404",
    "/mcp/default.vault,404",
    "/mcp/plain/../vault,404",
    "/mcp/./vault,404",
    "/mcp/%76ault,404",
    "/mcp/plain/vault,404",
    "/mcp/vault?x=/mcp/plain,404",
    "/mcp/plain;/../vault,404",
    "/mcp%2f,400",
    "/mcp%2Fvault,400",
    "/mcp/%2e%2e/mcp/vault,404",
    "/mcp/..%2fvault,400",
    "/mcp/%00vault,400",
    "/mcpx,404",
    "/MCP,404",
    "/mcp/../v1/nothing,404",
    "//mcp/vault,404",
    "/mcp//vault,404",
    "http://elsewhere/mcp/vault,404"
  })
  void a_path_that_is_bent_leads_nowhere(String path, int status) throws Exception {
    var answer = post(path, bearer("attacker") + session("attacker"), LIST);
    assertThat(RawHttp.status(answer)).as(answer).isEqualTo(status);
    assertThat(answer).doesNotContain("\"tools\":");
    assertThat(RawHttp.status(post(path, "", LIST))).as("without a key").isIn(400, 401, 404);
  }

  @Test
  void a_server_that_is_not_granted_is_answered_as_one_that_there_is_not() throws Exception {
    var answers = new ArrayList<String>();
    for (var name : List.of("vault", "wault", "elsewhere.vault", "elsewhere.wault")) {
      var answer = post("/mcp/" + name, bearer("attacker") + session("attacker"), LIST);
      answers.add(answer.substring(answer.indexOf("\r\n\r\n")).replace(name, "NAME"));
    }
    assertThat(answers.stream().distinct()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"PUT", "PATCH", "OPTIONS", "TRACE", "HEAD", "BREW", "CONNECT"})
  void a_method_that_there_is_not_is_refused(String method) throws Exception {
    try (var raw = RawHttp.to(gateway())) {
      var answer = raw.send(head(method, "/mcp", bearer("attacker"), 0)).toEnd();
      assertThat(RawHttp.status(answer)).as(answer).isIn(400, 403, 404, 405, 501);
    }
  }

  @Test
  void heads_that_are_too_large_are_refused() throws Exception {
    var key = bearer("attacker") + session("attacker");
    var huge = "x-huge: " + "h".repeat(100_000) + "\r\n";
    assertThat(RawHttp.status(post("/mcp", key + huge, LIST))).isIn(400, 431);
    var many =
        String.join("", IntStream.range(0, 5_000).mapToObj("x-%d: 1\r\n"::formatted).toList());
    assertThat(RawHttp.status(post("/mcp", key + many, LIST))).isIn(400, 431);
  }

  /// Also by a client that writes all before it reads.
  @ParameterizedTest
  @CsvSource({"5", "9"})
  void a_body_that_is_too_large_is_refused_in_one_sentence(int mib) throws Exception {
    for (int i = 0; i < 10; i++) {
      assertThat(flooded(mib)).contains(" 413 ", "body: " + mib * MIB + " bytes (expected: ");
      assertThat(floodedInChunks(mib)).contains(" 413 ", "body: more than 4194304 bytes (expected");
    }
  }

  @Test
  void a_body_that_is_announced_too_large_and_does_not_come_is_refused() throws Exception {
    try (var raw = RawHttp.to(gateway())) {
      var key = bearer("attacker") + session("attacker");
      assertThat(raw.send(head("POST", "/mcp", key, 9L * MIB)).toEnd())
          .contains(" 413 ", "body: 9437184 bytes (expected: at most 4194304)");
    }
  }

  /// Of more than is read to the end, a client that only writes may see no answer.
  @Test
  void a_body_that_is_much_too_large_is_refused_or_cut_off() throws Exception {
    for (int mib : List.of(18, 33)) {
      for (int i = 0; i < 3; i++) {
        assertThat(RawHttp.status(flooded(mib))).as("%d MiB", mib).isIn(413, 0);
        assertThat(RawHttp.status(floodedInChunks(mib))).as("%d MiB in chunks", mib).isIn(413, 0);
      }
    }
  }

  private static String flooded(int mib) throws Exception {
    var key = bearer("attacker") + session("attacker");
    try (var raw = RawHttp.to(gateway())) {
      raw.send(head("POST", "/mcp", key, (long) mib * MIB));
      raw.flood(new byte[MIB], mib);
      return raw.toEnd();
    }
  }

  private static String floodedInChunks(int mib) throws Exception {
    var key = bearer("attacker") + session("attacker");
    try (var raw = RawHttp.to(gateway())) {
      var chunked = "transfer-encoding: chunked\r\n";
      raw.send(head("POST", "/mcp", key + chunked, 0).replace("content-length: 0\r\n", ""));
      var piece = ("100000\r\n" + " ".repeat(MIB) + "\r\n").getBytes(StandardCharsets.US_ASCII);
      raw.flood(piece, mib);
      raw.flood("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII), 1);
      return raw.toEnd();
    }
  }

  @Test
  void bodies_that_never_end_are_ended() throws Exception {
    var key = bearer("attacker") + session("attacker");
    var open = new ArrayList<RawHttp>();
    var ends = new ArrayList<Callable<String>>();
    for (int i = 0; i < 200; i++) {
      var raw = RawHttp.to(gateway());
      open.add(raw);
      raw.send(head("POST", "/mcp", key, 1_000) + "{\"jsonrpc\":");
      ends.add(raw::toEnd);
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var statuses = new ArrayList<Integer>();
      for (var end : threads.invokeAll(ends)) {
        statuses.add(RawHttp.status(end.get()));
      }
      assertThat(statuses).allSatisfy(status -> assertThat(status).isIn(0, 408, 502, 503, 504));
    }
    for (var raw : open) {
      raw.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "0123456789abcdef0123456789abcdef", "../../keys/default/attacker"})
  void the_service_itself_lets_nobody_in_without_a_good_ticket(String ticket) throws Exception {
    assertThat(Files.exists(socket())).isTrue();
    var header = ticket.isEmpty() ? "" : TICKET + ": " + ticket + "\r\n";
    var key = bearer("attacker") + session("attacker");
    try (var raw = RawHttp.to(socket())) {
      raw.send(head("POST", "/mcp", key + header, LIST.length()) + LIST);
      var answer = raw.upTo("No request comes here but by the gateway");
      assertThat(RawHttp.status(answer)).isEqualTo(403);
      assertThat(answer).endsWith("by the gateway");
    }
  }

  @Test
  void the_socket_of_the_service_is_its_users_alone() throws Exception {
    var permissions = Files.getPosixFilePermissions(socket().getParent());
    assertThat(permissions).noneMatch(one -> !one.name().startsWith("OWNER_"));
  }
}
