package dev.sluice.mcp.upstream;

import static dev.sluice.mcp.upstream.Opened.echo;
import static dev.sluice.mcp.upstream.Opened.json;
import static dev.sluice.mcp.upstream.Opened.tool;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.ProtocolVersion;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallSink;
import dev.sluice.mcp.upstream.stdio.Command;
import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/// The official SDK for Java as a server, which speaks the legacy era. To a question before
/// `initialize` it says nothing, and afterwards it does not answer `initialize` either.
final class JavaSdkIT {

  @Test
  void serves_us_as_a_program() {
    var times =
        Opened.LIMITS
            .times()
            .withProbeMax(Duration.ofSeconds(2))
            .withTotalMax(Duration.ofSeconds(60));
    var command = Command.of(JavaSdkProgram.command());
    try (var opened = Opened.program(command, Opened.LIMITS.with(times))) {
      assertThat(opened.text(echo("grüße"))).isEqualTo("grüße");
      assertThat(opened.connection.card().orElseThrow().version())
          .isEqualTo(ProtocolVersion.V2025_11_25);
      assertThat(opened.result(Call.of("tools/list")).path("tools").size()).isEqualTo(3);
      var told = new CopyOnWriteArrayList<String>();
      var progress = tool("progress", json());
      progress.params().putObject("_meta").put("progressToken", "p");
      assertThat(opened.text(progress.with(ModernHttpIT.telling(told)))).isEqualTo("done");
      assertThat(told).containsExactly("p 1.0", "p 2.0", "p 3.0");
      assertThat(opened.text(tool("ask", json()).with(rooted("Ada")))).isEqualTo("hello Ada");
    }
  }

  private static CallSink rooted(String name) {
    return new CallSink() {
      @Override
      public void notification(Message.Notification notification) {}

      @Override
      public Message request(Message.Request request) {
        assertThat(request.method()).isEqualTo("roots/list");
        var result = json();
        result.putArray("roots").addObject().put("uri", "file:///project").put("name", name);
        return new Message.Answer(request.id(), result);
      }
    };
  }
}
