package dev.sluice.mcp.upstream;

import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// A server made with the official SDK for Java, as a program.
final class JavaSdkProgram {

  private static final Map<String, Object> ANY = Map.of("type", "object");

  private JavaSdkProgram() {}

  public static void main(String[] arguments) throws InterruptedException {
    var transport = new StdioServerTransportProvider(McpJsonDefaults.getMapper());
    var _ =
        McpServer.sync(transport)
            .serverInfo("java-sdk", "2.1.0")
            .capabilities(McpSchema.ServerCapabilities.builder().tools(true).build())
            .toolCall(Tool.builder("echo", ANY).description("echo").build(), JavaSdkProgram::echo)
            .toolCall(Tool.builder("ask", ANY).description("ask").build(), JavaSdkProgram::ask)
            .toolCall(
                Tool.builder("progress", ANY).description("progress").build(),
                JavaSdkProgram::progress)
            .build();
    new CountDownLatch(1).await();
  }

  static List<String> command() {
    return List.of(
        ProcessHandle.current().info().command().orElse("java"),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-cp",
        System.getProperty("java.class.path"),
        JavaSdkProgram.class.getName());
  }

  private static CallToolResult echo(McpSyncServerExchange exchange, CallToolRequest request) {
    return text(String.valueOf(request.arguments().get("text")));
  }

  /// Elicitation cannot be asked for: this version of the SDK fails to write its own request.
  private static CallToolResult ask(McpSyncServerExchange exchange, CallToolRequest request) {
    return text("hello " + exchange.listRoots().roots().getFirst().name());
  }

  private static CallToolResult progress(McpSyncServerExchange exchange, CallToolRequest request) {
    var token = request.meta().get("progressToken");
    for (var step = 1; step <= 3; step++) {
      exchange.progressNotification(
          new McpSchema.ProgressNotification(token, step, 3.0, "step " + step));
    }
    return text("done");
  }

  private static CallToolResult text(String text) {
    return CallToolResult.builder().addTextContent(text).build();
  }
}
