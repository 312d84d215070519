package dev.sluice.e2e.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.World;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What manifests and headers say of tools, each seen at work through the whole gateway.
final class ToolPoliciesE2E {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String HELLO = "{\"text\":\"hello\"}";

  /// The digest of nothing.
  private static final String NOBODY = "sha256:" + "0".repeat(64);

  @TempDir private static Path folder;
  private static PolicyServers servers;
  private static World world;

  @BeforeAll
  static void start() throws Exception {
    servers = PolicyServers.start(folder);
    world =
        World.start(
            servers.manifests(NOBODY),
            "--mcp-allow",
            servers.allowed(),
            "--code-mode",
            "callsMax=3");
  }

  @AfterAll
  static void stop() throws Exception {
    world.close();
    servers.close();
  }

  private static ToolClient client(String key, String path) {
    return stranger(key, path).begun();
  }

  private static ToolClient stranger(String key, String path) {
    return ToolClient.of(world.gateway().address(), world.gateway().key(key), path);
  }

  private static JsonNode row(String server) {
    for (var row : JSON.readTree(world.gateway().admin("/v1/mcp")).path("mcp")) {
      if (row.path("name").asString("").equals(server)) {
        return row;
      }
    }
    throw new AssertionError("no server " + server);
  }

  private static void assertUnknown(ToolClient client, String tool) {
    assertThat(client.call(tool, HELLO).text()).startsWith("Unknown tool: " + tool);
  }

  private static List<JsonNode> records(String key) {
    return world.gateway().toolUsage().stream()
        .filter(record -> record.path("key").asString().equals(key))
        .toList();
  }

  @Test
  void headers_of_a_request_narrow_what_is_listed_and_what_is_called() {
    var wide = client("wide", "/mcp");
    AttackedWorld.awaitTool(wide, "desk__count");
    AttackedWorld.awaitTool(wide, "shed__count");

    var oneServer = wide.with("x-sluice-mcp-servers", "none, de*");
    assertThat(oneServer.names())
        .contains("desk__echo", "desk__count")
        .noneMatch(name -> name.startsWith("shed__"));
    assertUnknown(oneServer, "shed__echo");
    assertThat(oneServer.call("desk__echo", HELLO).text()).isEqualTo("hello");

    var fewTools = wide.with("x-sluice-mcp-tools", "echo, shed__cou*");
    assertThat(fewTools.names())
        .containsExactlyInAnyOrder("desk__echo", "shed__echo", "shed__count", "search_tools");
    assertUnknown(fewTools, "desk__count");
    assertThat(fewTools.call("shed__count", "{}").text()).matches("[0-9]+");

    var both = fewTools.with("x-sluice-mcp-servers", "shed");
    assertThat(both.names()).containsExactlyInAnyOrder("shed__echo", "shed__count", "search_tools");
    assertUnknown(both, "desk__echo");

    var elsewhere = stranger("wide", "/mcp/desk").with("x-sluice-mcp-servers", "shed");
    assertThat(elsewhere.ask("tools/list", "{}").status()).isEqualTo(404);
  }

  @Test
  void of_a_server_is_served_what_its_manifest_allows_and_does_not_deny() {
    var client = client("picker", "/mcp/picky");
    AttackedWorld.awaitTool(client, "echo");
    assertThat(client.names()).containsExactly("count", "echo", "search_tools");
    assertThat(client.call("count", "{}").text()).matches("[0-9]+");
    assertUnknown(client, "regional");
    assertUnknown(client, "fail");
    var row = row("picky");
    assertThat(row.path("tools").asInt() - row.path("hidden").asInt()).isEqualTo(2);
    assertThat(client("picker", "/mcp").names())
        .containsExactly("picky__count", "picky__echo", "search_tools");
  }

  @Test
  void a_key_of_a_team_may_use_what_both_lists_have() {
    var member = client("member", "/mcp");
    AttackedWorld.awaitTool(member, "desk__echo");
    AttackedWorld.awaitTool(member, "shed__echo");
    assertThat(member.names())
        .containsExactlyInAnyOrder("desk__echo", "shed__echo", "search_tools");
    assertThat(member.call("desk__echo", HELLO).text()).isEqualTo("hello");
    // The first is the team's alone, the others are the key's alone.
    for (var tool : List.of("desk__count", "desk__fail", "shed__count")) {
      assertUnknown(member, tool);
    }
  }

  @Test
  void nothing_is_served_before_its_digest_is_listed_and_then_that_one() throws Exception {
    var client = client("pinner", "/mcp");
    await().atMost(AttackedWorld.SOON).until(() -> !hidden("careful", "echo").isEmpty());
    AttackedWorld.awaitTool(client, "firm__echo");
    assertThat(client.names()).noneMatch(name -> name.startsWith("careful__"));
    assertUnknown(client, "careful__echo");

    var file = world.manifests().resolve("world.yaml");
    var next = world.manifests().resolve("world.next");
    var digest = hidden("careful", "echo").getFirst();
    Files.writeString(next, Files.readString(file).replace(NOBODY, digest));
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    AttackedWorld.awaitTool(client, "careful__echo");
    assertThat(client.names())
        .filteredOn(name -> name.startsWith("careful__"))
        .containsExactly("careful__echo");
    assertThat(client.call("careful__echo", HELLO).text()).isEqualTo("hello");
    assertUnknown(client, "careful__count");
    await().atMost(AttackedWorld.SOON).until(() -> hidden("careful", "echo").isEmpty());
  }

  /// The digests of a tool that waits for approval.
  private static List<String> hidden(String server, String tool) {
    return JSON.readTree(world.gateway().admin("/v1/tools"))
        .path("hidden")
        .valueStream()
        .filter(hidden -> hidden.path("server").asString().equals(server))
        .filter(hidden -> hidden.path("tool").asString().equals(tool))
        .filter(hidden -> hidden.path("state").asString().equals("NotApproved"))
        .map(hidden -> hidden.path("digest").asString())
        .toList();
  }

  @Test
  void a_change_is_served_where_nothing_is_pinned_and_hidden_at_first_use() {
    var client = client("pinner", "/mcp");
    AttackedWorld.awaitTool(client, "loose__look");
    AttackedWorld.awaitTool(client, "firm__look");
    servers.changing().define("look", "Looks twice.");
    servers.changing().toolsChanged();
    await()
        .atMost(AttackedWorld.SOON)
        .untilAsserted(
            () -> {
              assertThat(described(client, "loose__look")).containsExactly("Looks twice.");
              assertThat(described(client, "firm__look")).isEmpty();
            });
    assertThat(client.call("loose__look", "{}").text()).isEqualTo("done");
    assertUnknown(client, "firm__look");
  }

  private static List<String> described(ToolClient client, String tool) {
    return client
        .ask("tools/list", "{}")
        .result()
        .path("tools")
        .valueStream()
        .filter(listed -> listed.path("name").asString().equals(tool))
        .map(listed -> listed.path("description").asString())
        .toList();
  }

  @Test
  void what_is_recorded_is_in_the_usage_log_without_what_a_rule_hides() {
    var client = client("recorded", "/mcp");
    AttackedWorld.awaitTool(client, "desk__echo");
    AttackedWorld.awaitTool(client, "shed__echo");
    var text = "the key is sk-0123456789abcdef, keep it";
    for (var tool : List.of("desk__echo", "shed__echo")) {
      assertThat(client.call(tool, "{\"text\":\"" + text + "\"}").text()).isEqualTo(text);
    }
    await().untilAsserted(() -> assertThat(records("recorded")).hasSize(2));
    var recorded = records("recorded").getFirst();
    assertThat(recorded.path("server").asString()).isEqualTo("desk");
    assertThat(recorded.path("input").asString())
        .isEqualTo("{\"text\":\"the key is [redacted], keep it\"}");
    assertThat(recorded.path("output").asString()).contains("\"the key is [redacted], keep it\"");
    var other = records("recorded").getLast();
    assertThat(other.path("input").isNull()).as("%s", other).isTrue();
    assertThat(other.path("output").isNull()).as("%s", other).isTrue();
    assertThat(world.gateway().toolUsage().toString() + world.gateway().log())
        .doesNotContain("sk-0123456789");
  }

  @Test
  void a_rate_of_requests_is_one_of_calls_of_tools() {
    var client = client("hasty", "/mcp/desk");
    AttackedWorld.awaitTool(client, "echo");
    for (var i = 0; i < 2; i++) {
      assertThat(client.call("echo", HELLO).text()).isEqualTo("hello");
    }
    assertThat(client.call("echo", HELLO).text())
        .startsWith("Rate limit of key hasty is reached: 2 requests a day");
    await()
        .untilAsserted(
            () ->
                assertThat(records("hasty"))
                    .extracting(
                        record -> record.path("outcome").asString(),
                        record -> record.path("reason").asString(""))
                    .containsExactly(
                        tuple("completed", ""),
                        tuple("completed", ""),
                        tuple("refused", "rate_limited")));
  }

  @Test
  void a_limit_of_requests_at_once_holds_one_call_of_a_tool_and_gives_it_back() throws Exception {
    var client = client("single", "/mcp/shed");
    AttackedWorld.awaitTool(client, "stall");
    var other = client("single", "/mcp/shed");
    var stalling = client("single", "/mcp/shed");
    int before = servers.shed().runs();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var stalled = threads.submit(() -> stalling.call("stall", "{}"));
      await().atMost(AttackedWorld.SOON).until(() -> servers.shed().runs() > before);
      assertThat(other.call("echo", HELLO).text())
          .startsWith("Rate limit of key single (1 request at once) is held by requests in flight");
      assertThat(servers.shed().runs()).isEqualTo(before + 1);
      // The only request of that session.
      var cancelled =
          "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\","
              + "\"params\":{\"requestId\":1}}";
      assertThat(stalling.tell(cancelled)).isEqualTo(202);
      assertThat(stalled.get().json()).isEmpty();
    }
    await()
        .atMost(AttackedWorld.SOON)
        .until(() -> other.call("echo", HELLO).text().equals("hello"));
  }

  @Test
  void tools_for_programs_are_found_and_explained_only_to_whom_they_are_granted() {
    var coder = client("coder", "/mcp");
    await()
        .atMost(AttackedWorld.SOON)
        .until(() -> search(coder, "region").contains("lab__regional"));
    assertThat(coder.names())
        .contains("search_tools", "get_tool_docs")
        .noneMatch(name -> name.startsWith("lab__"));
    var found = JSON.readTree(search(coder, "region"));
    assertThat(found.path("tools").valueStream())
        .singleElement()
        .satisfies(
            tool -> {
              assertThat(tool.path("name").asString()).isEqualTo("lab__regional");
              assertThat(tool.path("program").asString()).isEqualTo("servers.lab.regional");
              assertThat(tool.path("description").asString())
                  .isEqualTo("Wants its region in a header");
              assertThat(tool.at("/inputSchema/properties").has("region")).isTrue();
            });
    assertThat(search(coder, "stall")).isEqualTo("No tool of 2 has a word of it.");
    assertThat(coder.call("get_tool_docs", "{\"tools\":[\"lab.regional\"]}").text())
        .contains("Wants its region in a header", "\"region\"");
    assertThat(coder.call("get_tool_docs", "{\"tools\":[\"lab.stall\"]}").text())
        .startsWith("lab.stall: there is no such tool; there is lab.")
        .doesNotContain("Simulated");
  }

  private static String search(ToolClient client, String query) {
    return client.call("search_tools", "{\"query\":\"" + query + "\"}").text();
  }

  @Test
  void a_program_ends_at_the_limit_of_calls_that_the_gateway_was_started_with() {
    var coder = client("coder", "/mcp");
    await()
        .atMost(AttackedWorld.SOON)
        .until(() -> coder.run(echoes(3), 30).text().contains("3 said"));
    int before = servers.shed().runs();
    assertThat(coder.run(echoes(4), 30).text())
        .contains("The program was stopped at its tool call number 4");
    assertThat(servers.shed().runs()).isEqualTo(before + 3);
  }

  private static String echoes(int times) {
    return "let said = 0; for (; said < %d; said++) await servers.lab.echo({ text: 'x' });"
            .formatted(times)
        + " return said + ' said'";
  }

  @Test
  void a_long_list_comes_in_pages_each_tool_once() {
    var client = client("pager", "/mcp/long");
    AttackedWorld.awaitTool(client, "echo");
    var names = new ArrayList<String>();
    var sizes = new ArrayList<Integer>();
    var params = "{}";
    while (!params.isEmpty()) {
      var page = client.ask("tools/list", params).result();
      var tools = page.path("tools").valueStream().map(tool -> tool.path("name").asString());
      var listed = tools.toList();
      names.addAll(listed);
      sizes.add(listed.size());
      var cursor = page.path("nextCursor");
      params = cursor.isMissingNode() ? "" : "{\"cursor\":" + cursor + "}";
    }
    assertThat(sizes).hasSize(2).startsWith(1_000);
    assertThat(names).doesNotHaveDuplicates().contains("echo", "search_tools");
    assertThat(names.stream().filter(name -> name.startsWith("filler-")))
        .hasSize(PolicyServers.FILLERS);
    assertThat(client.ask("tools/list", "{\"cursor\":\"nonsense\"}").text())
        .startsWith("cursor: nonsense (expected: a nextCursor of this list)");
  }

  @Test
  void a_server_is_reached_whose_authority_its_manifest_names_and_no_other() {
    var client = client("guest", "/mcp");
    AttackedWorld.awaitTool(client, "sealed__echo");
    assertThat(client.call("sealed__echo", HELLO).text()).isEqualTo("hello");
    await()
        .atMost(AttackedWorld.SOON)
        .untilAsserted(
            () ->
                assertThat(row("unsealed").path("error").asString(""))
                    .contains("no connection (SSLHandshakeException)"));
    assertThat(client.names()).noneMatch(name -> name.startsWith("unsealed__"));
  }

  @Test
  void what_only_the_server_knows_is_asked_of_it_where_it_is_asked_alone() {
    var client = client("wide", "/mcp/desk");
    AttackedWorld.awaitTool(client, "echo");
    var answer = client.ask("x-simulated/echo", "{\"word\":\"grüße\"}").result();
    assertThat(answer.at("/got/word").asString("")).as("%s", answer).isEqualTo("grüße");
    assertThat(client("wide", "/mcp").ask("x-simulated/echo", "{}").text())
        .isEqualTo("Method not found: x-simulated/echo");
    await()
        .untilAsserted(
            () ->
                assertThat(world.gateway().toolMessageUsage())
                    .filteredOn(record -> record.path("key").asString().equals("wide"))
                    .extracting(
                        record -> record.path("server").asString(),
                        record -> record.path("method").asString(),
                        record -> record.path("outcome").asString())
                    .containsExactly(tuple("desk", "x-simulated/echo", "completed")));
  }

  @Test
  void a_server_where_none_may_be_is_told_in_its_status_and_not_connected_to() throws Exception {
    var why = "127.0.0.1 has an address that may not be called";
    await()
        .atMost(AttackedWorld.SOON)
        .untilAsserted(() -> assertThat(row("walled").path("error").asString("")).contains(why));
    assertThat(row("walled").at("/state/ready").asString()).isEqualTo("False");
    assertThat(client("guest", "/mcp").call("walled__echo", HELLO).text())
        .contains("server walled is not available: ", why, "the tool has not run");
    servers.walled().setSoTimeout(1);
    assertThatThrownBy(() -> servers.walled().accept().close())
        .isInstanceOf(SocketTimeoutException.class);
  }
}
