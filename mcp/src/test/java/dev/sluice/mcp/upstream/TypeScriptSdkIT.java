package dev.sluice.mcp.upstream;

import static dev.sluice.mcp.upstream.Opened.echo;
import static dev.sluice.mcp.upstream.Opened.json;
import static dev.sluice.mcp.upstream.Opened.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.mcp.rpc.Era;
import dev.sluice.mcp.rpc.ProtocolVersion;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.stdio.Command;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/// The official SDKs for TypeScript as servers, which `./sluice fetch mcp-sdk` has placed.
final class TypeScriptSdkIT {

  private static final String SDK =
      Objects.requireNonNull(System.getenv("SLUICE_MCP_SDK"), "SLUICE_MCP_SDK");

  /// A program of Node that serves HTTP.
  private record Served(Process process, URI url) implements AutoCloseable {

    static Served start(String mode) throws IOException {
      var builder = new ProcessBuilder(command(mode));
      builder.environment().put("SLUICE_MCP_SDK", SDK);
      var process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
      // It lives as long as the process, whose output is not read any further.
      var lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      return new Served(process, URI.create(String.valueOf(lines.readLine())));
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private static List<String> command(String mode) {
    var script = TypeScriptSdkIT.class.getResource("sdk-server.mjs");
    return List.of("node", Path.of(URI.create(String.valueOf(script))).toString(), mode);
  }

  private static Opened program(String mode) {
    var command = new Command(command(mode), Map.of("SLUICE_MCP_SDK", SDK), Optional.empty());
    return Opened.program(command, Opened.LIMITS);
  }

  private static Call progress() {
    var call = tool("progress", json());
    call.params().putObject("_meta").put("progressToken", "p");
    return call;
  }

  private static void assertServes(Opened opened, Era era) {
    assertThat(opened.text(echo("grüße"))).isEqualTo("grüße");
    assertThat(opened.connection.card().orElseThrow().era()).isEqualTo(era);
    assertThat(opened.result(Call.of("tools/list")).path("tools").size()).isGreaterThan(2);
    var told = new CopyOnWriteArrayList<String>();
    assertThat(opened.text(progress().with(ModernHttpIT.telling(told)))).isEqualTo("done");
    assertThat(told).containsExactly("p 1", "p 2", "p 3");
    var ask = tool("ask", json()).with(ModernHttpIT.named("Ada"));
    assertThat(opened.text(ask.with(Call.InputPolicy.ANSWERED))).isEqualTo("hello Ada");
    assertThat(opened.tally.dropped().values()).containsOnly(0L);
  }

  @Test
  void serves_us_in_the_modern_era_over_http() throws Exception {
    try (var served = Served.start("http-modern");
        var opened = Opened.http(served.url())) {
      assertServes(opened, Era.MODERN);
      assertThat(opened.text(tool("region", json().put("region", "eu-西")))).isEqualTo("eu-西");
      var changed = served.url().resolve("/changed").toURL();
      await()
          .until(
              () -> {
                changed.openStream().close();
                return opened.heard.contains("notifications/tools/list_changed");
              });
    }
  }

  @Test
  void serves_us_in_the_modern_era_as_a_program() {
    try (var opened = program("stdio-modern")) {
      assertServes(opened, Era.MODERN);
    }
  }

  @Test
  void serves_us_in_a_session_over_http_and_a_stream_is_taken_up_again() throws Exception {
    try (var served = Served.start("http-legacy");
        var opened = Opened.http(served.url())) {
      assertServes(opened, Era.LEGACY);
      assertThat(opened.connection.card().orElseThrow().version())
          .isEqualTo(ProtocolVersion.V2025_11_25);
      assertThat(opened.text(tool("cut", json()))).isEqualTo("resumed");
      opened.text(tool("grow", json()));
      await().until(() -> opened.heard.contains("notifications/tools/list_changed"));
    }
  }

  @Test
  void serves_us_in_a_session_as_a_program() {
    try (var opened = program("stdio-legacy")) {
      assertServes(opened, Era.LEGACY);
    }
  }

  @Test
  void serves_us_with_the_old_stream_of_events() throws Exception {
    try (var served = Served.start("http-old");
        var opened = Opened.http(served.url())) {
      assertServes(opened, Era.LEGACY);
    }
  }
}
