package dev.sluice.e2e.tools;

import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// A server of tools made with the official SDK for Java, as a program: it speaks the era of 2025.
final class JavaSdkServer {

  private static final Map<String, Object> ANY = Map.of("type", "object");

  private JavaSdkServer() {}

  public static void main(String[] arguments) throws InterruptedException {
    var _ =
        McpServer.sync(new StdioServerTransportProvider(McpJsonDefaults.getMapper()))
            .serverInfo("java", "1")
            .capabilities(McpSchema.ServerCapabilities.builder().tools(true).build())
            .toolCall(Tool.builder("echo", ANY).description("echo").build(), JavaSdkServer::echo)
            .toolCall(
                Tool.builder("progress", ANY).description("progress").build(),
                JavaSdkServer::progress)
            .build();
    new CountDownLatch(1).await();
  }

  /// Its command, as a list of a manifest.
  ///
  /// @param file is written, since a class path is longer than a word of a command may be
  static String command(Path file) throws IOException {
    Files.writeString(file, "-cp \"" + System.getProperty("java.class.path") + "\"\n");
    return "[ \"%s\", -XX:TieredStopAtLevel=1, -XX:+UseSerialGC, \"@%s\", %s ]"
        .formatted(
            ProcessHandle.current().info().command().orElse("java"),
            file,
            JavaSdkServer.class.getName());
  }

  private static CallToolResult echo(McpSyncServerExchange exchange, CallToolRequest request) {
    return text(String.valueOf(request.arguments().get("text")));
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
