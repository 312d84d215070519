package dev.sluice.testkit.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class McpStrictnessTest {

  private static final Map<String, String> MODERN =
      Map.of(
          "Accept", "application/json, text/event-stream",
          "Content-Type", "application/json",
          "MCP-Protocol-Version", "2026-07-28",
          "Mcp-Method", "tools/call",
          "Mcp-Name", "echo");

  private static final String META =
      "'_meta':{'io.modelcontextprotocol/protocolVersion':'2026-07-28',"
          + "'io.modelcontextprotocol/clientCapabilities':{}}";

  private static final String ECHO =
      "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':"
          + "{'name':'echo','arguments':{'text':'hi'},"
          + META
          + "}}";

  private static HttpResponse<String> post(URI url, Map<String, String> headers, String body)
      throws Exception {
    var request = HttpRequest.newBuilder(url);
    headers.forEach(request::header);
    var bytes = HttpRequest.BodyPublishers.ofString(body.replace('\'', '"'));
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request.POST(bytes).build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  private static Map<String, String> with(String name, String value) {
    var headers = new LinkedHashMap<>(MODERN);
    headers.put(name, value);
    return headers;
  }

  @Test
  void a_modern_server_takes_what_is_right_and_nothing_else() throws Exception {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD)) {
      var good = post(server.url(), MODERN, ECHO);
      assertThat(good.statusCode()).isEqualTo(200);
      assertThat(good.body()).contains("\"hi\"", "\"resultType\":\"complete\"");
      assertThat(server.violations()).isEmpty();
      for (var name : new String[] {"MCP-Protocol-Version", "Mcp-Method", "Mcp-Name"}) {
        var differs = post(server.url(), with(name, "other"), ECHO);
        assertThat(differs.statusCode()).as(name).isEqualTo(400);
        assertThat(differs.body()).contains("-32020");
      }
      var noMeta = post(server.url(), MODERN, ECHO.replace("," + META, ""));
      assertThat(noMeta.statusCode()).isEqualTo(400);
      assertThat(noMeta.body()).contains("-32602");
      assertThat(post(server.url(), with("Accept", "application/json"), ECHO).statusCode())
          .isEqualTo(406);
      assertThat(post(server.url(), with("Mcp-Session-Id", "s"), ECHO).statusCode()).isEqualTo(400);
      assertThat(server.runs()).isEqualTo(1);
    }
  }

  @Test
  void a_legacy_server_wants_a_session_and_its_version() throws Exception {
    try (var server = LegacyMcpSimulator.start(McpScript.STANDARD)) {
      var headers = new LinkedHashMap<String, String>();
      headers.put("Accept", "application/json, text/event-stream");
      headers.put("Content-Type", "application/json");
      var list = "{'jsonrpc':'2.0','id':2,'method':'tools/list'}";
      assertThat(post(server.url(), headers, list).statusCode()).isEqualTo(400);
      var initialize =
          "{'jsonrpc':'2.0','id':1,'method':'initialize','params':{'protocolVersion':"
              + "'2025-11-25','capabilities':{},'clientInfo':{'name':'t','version':'1'}}}";
      var begun = post(server.url(), headers, initialize);
      headers.put("Mcp-Session-Id", begun.headers().firstValue("mcp-session-id").orElseThrow());
      assertThat(post(server.url(), headers, list).statusCode()).isEqualTo(400);
      headers.put("MCP-Protocol-Version", "2025-11-25");
      // A request before the client has said that it is ready.
      assertThat(post(server.url(), headers, list).statusCode()).isEqualTo(400);
      var ready = "{'jsonrpc':'2.0','method':'notifications/initialized'}";
      assertThat(post(server.url(), headers, ready).statusCode()).isEqualTo(202);
      assertThat(post(server.url(), headers, list).statusCode()).isEqualTo(200);
      headers.put("Mcp-Session-Id", "another");
      assertThat(post(server.url(), headers, list).statusCode()).isEqualTo(404);
      assertThat(server.violations()).hasSize(3);
    }
  }
}
