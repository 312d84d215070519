package dev.sluice.e2e.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.World;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The official SDKs before and behind the whole gateway, of both eras, each with each: that for
/// TypeScript speaks 2026-07-28, over HTTP, and that for Java 2025-11-25, its server as a program.
final class ToolSdksE2E {

  private static final String SDK =
      Objects.requireNonNull(System.getenv("SLUICE_MCP_SDK"), "SLUICE_MCP_SDK");

  @TempDir private static Path folder;
  private static Process server;
  private static World world;

  @BeforeAll
  static void start() throws IOException {
    server = node("server");
    var servers =
        """
        ---
        apiVersion: sluice.dev/v1alpha1
        kind: McpServer
        metadata: { name: typescript }
        spec:
          transport: StreamableHttp
          url: %s
        ---
        apiVersion: sluice.dev/v1alpha1
        kind: McpServer
        metadata: { name: java }
        spec:
          transport: Stdio
          command: %s
        """
            .formatted(
                lines(server).readLine(), JavaSdkServer.command(folder.resolve("server.args")));
    var key =
        World.key("developer", "10")
            + """
              mcp: [ { server: typescript, tools: [ "*" ] }, { server: java, tools: [ "*" ] } ]
            """;
    world = World.start(servers + key, "--mcp-allow", "127.0.0.0/8");
    try (var client = client(new CopyOnWriteArrayList<>())) {
      client.initialize();
      await()
          .atMost(Duration.ofSeconds(90))
          .until(() -> names(client, "java").size() + names(client, "typescript").size() == 4);
    }
  }

  @AfterAll
  static void stop() {
    world.close();
    server.destroyForcibly();
  }

  private static Process node(String... arguments) throws IOException {
    var script = URI.create(String.valueOf(ToolSdksE2E.class.getResource("sdk-peer.mjs")));
    var command = new ArrayList<>(List.of("node", Path.of(script).toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command);
    builder.environment().put("SLUICE_MCP_SDK", SDK);
    return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static BufferedReader lines(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private static McpSyncClient client(List<Double> progress) {
    var bearer = "Bearer " + world.gateway().key("developer");
    var transport =
        HttpClientStreamableHttpTransport.builder(world.gateway().address().toString())
            .requestBuilder(HttpRequest.newBuilder().header("Authorization", bearer))
            .build();
    return McpClient.sync(transport)
        .requestTimeout(Duration.ofSeconds(60))
        .progressConsumer(told -> progress.add(told.progress()))
        .build();
  }

  private static List<String> names(McpSyncClient client, String of) {
    return client.listTools().tools().stream()
        .map(McpSchema.Tool::name)
        .filter(name -> name.startsWith(of + "__"))
        .toList();
  }

  private static String call(
      McpSyncClient client, String name, Map<String, Object> arguments, Map<String, Object> meta) {
    var request = McpSchema.CallToolRequest.builder(name).arguments(arguments).meta(meta).build();
    return ((McpSchema.TextContent) client.callTool(request).content().getFirst()).text();
  }

  @ParameterizedTest
  @ValueSource(strings = {"typescript", "java"})
  void the_client_for_typescript_lists_and_calls_the_server_for(String language) throws Exception {
    var url = world.gateway().address() + "/mcp";
    var client = node("client", url, world.gateway().key("developer"), language);
    try (var lines = lines(client)) {
      assertThat(lines.readAllLines())
          .containsExactly("%1$s__echo %1$s__progress".formatted(language), "grüße", "1 2 3 done");
    } finally {
      client.destroyForcibly();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"typescript", "java"})
  void the_client_for_java_lists_and_calls_the_server_for(String language) {
    var progress = new CopyOnWriteArrayList<Double>();
    try (var client = client(progress)) {
      assertThat(client.initialize().protocolVersion()).isEqualTo("2025-11-25");
      assertThat(names(client, language))
          .containsExactlyInAnyOrder(language + "__echo", language + "__progress");
      var said = call(client, language + "__echo", Map.of("text", "grüße"), Map.of());
      assertThat(said).isEqualTo("grüße");
      var token = Map.<String, Object>of("progressToken", "steps");
      assertThat(call(client, language + "__progress", Map.of(), token)).isEqualTo("done");
      // This client hands each on by a thread of its own; the one for TypeScript shows their order.
      await().untilAsserted(() -> assertThat(progress).containsExactlyInAnyOrder(1.0, 2.0, 3.0));
    }
  }
}
