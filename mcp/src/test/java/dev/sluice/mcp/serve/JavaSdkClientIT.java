package dev.sluice.mcp.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.mcp.LegacyMcpSimulator;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/// The official SDK for Java as a client, which speaks the legacy era.
final class JavaSdkClientIT {

  private static final McpScript EVENTS = McpScript.STANDARD.with(McpScript.Answers.EVENTS);

  @Test
  void is_served_in_a_session_and_goes_on_at_another_replica() throws Exception {
    try (var modern = ModernMcpSimulator.start(EVENTS);
        var legacy = LegacyMcpSimulator.start(EVENTS);
        var world =
            new World()
                .server("alpha", modern.url())
                .server("beta", legacy.url())
                .key(Keys.all("key", "alpha", "beta"))
                .ready()) {
      var replica = world.start();
      var other = world.start();
      var progress = new CopyOnWriteArrayList<Double>();
      var changed = new CopyOnWriteArrayList<List<McpSchema.Tool>>();
      var transport =
          HttpClientStreamableHttpTransport.builder("http://127.0.0.1:" + replica.front().port())
              .requestBuilder(HttpRequest.newBuilder().header("Authorization", "Bearer key"))
              .build();
      try (var client =
          McpClient.sync(transport)
              .requestTimeout(Duration.ofSeconds(60))
              .capabilities(McpSchema.ClientCapabilities.builder().elicitation().build())
              .elicitation(
                  _ ->
                      McpSchema.ElicitResult.builder(McpSchema.ElicitResult.Action.ACCEPT)
                          .content(Map.of("name", "Ada"))
                          .build())
              .progressConsumer(told -> progress.add(told.progress()))
              .toolsChangeConsumer(changed::add)
              .build()) {
        assertThat(client.initialize().serverInfo().name()).isEqualTo("sluice");
        assertThat(client.listTools().tools())
            .extracting(McpSchema.Tool::name)
            .contains("alpha__echo", "beta__echo");
        for (var server : List.of("alpha", "beta")) {
          assertThat(call(client, server + "__echo", Map.of("text", "grüße"))).isEqualTo("grüße");
          assertThat(call(client, server + "__ask", Map.of())).isEqualTo("accept Ada");
        }
        // Its stream of changes is open, and no call is.
        await().until(() -> replica.service().openStreams() == 1);
        await().until(() -> modern.listeners() > 0);
        modern.toolsChanged();
        await().until(() -> !changed.isEmpty());
        replica.front().to(other.service().port());
        replica.service().close();
        assertThat(call(client, "beta__echo", Map.of("text", "after"))).isEqualTo("after");
      }
      assertThat(legacy.violations()).isEmpty();
    }
  }

  private static String call(
      io.modelcontextprotocol.client.McpSyncClient client,
      String name,
      Map<String, Object> arguments) {
    var result =
        client.callTool(McpSchema.CallToolRequest.builder(name).arguments(arguments).build());
    return ((McpSchema.TextContent) result.content().getFirst()).text();
  }
}
