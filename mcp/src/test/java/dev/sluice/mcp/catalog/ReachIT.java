package dev.sluice.mcp.catalog;

import static dev.sluice.mcp.catalog.Declared.http;
import static dev.sluice.mcp.catalog.Declared.name;
import static dev.sluice.mcp.catalog.Declared.server;
import static dev.sluice.mcp.catalog.World.WITHIN;
import static dev.sluice.mcp.catalog.World.echo;
import static dev.sluice.mcp.catalog.World.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.mcp.ApiServer;
import dev.sluice.core.mcp.Reach;
import dev.sluice.core.mcp.ToolSecrets;
import dev.sluice.mcp.catalog.link.ConnectionSettings;
import dev.sluice.mcp.catalog.link.Programs;
import dev.sluice.mcp.catalog.lists.ListLimits;
import dev.sluice.mcp.upstream.call.ClientProfile;
import dev.sluice.mcp.upstream.guard.GuardRules;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import dev.sluice.testkit.mcp.OauthSimulator;
import dev.sluice.testkit.mcp.OldMcpSimulator;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What a declaration says of the way to its server, at real ones.
final class ReachIT {

  private static final String SECRET = "default/one/client-secret";

  @Test
  void comes_with_a_token_for_the_client_that_the_declaration_names() {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD);
        var oauth =
            OauthSimulator.start(server.url(), Duration.ofMinutes(10), InstantSource.system());
        var world = World.with(new MemoryPins())) {
      server.requireToken(oauth::knows);
      var auth =
          new Reach.Auth.ClientCredentials(
              oauth.tokenUrl(), OauthSimulator.CLIENT, SECRET, List.of("mcp"), null);
      var reach = new Reach.Http(false, server.url(), List.of(), auth, null);
      world.servers.apply(
          Declared.all(server("one", reach)),
          new ToolSecrets(Map.of(SECRET, OauthSimulator.SECRET)));
      world.awaitTool("one", "echo");
      assertThat(oauth.issued()).isEqualTo(1);
    }
  }

  @Test
  void takes_the_old_stream_where_the_declaration_says_so() {
    try (var server = OldMcpSimulator.start(McpScript.STANDARD);
        var world = World.with(new MemoryPins())) {
      var reach = new Reach.Http(true, server.url(), List.of(), new Reach.Auth.None(), null);
      world.declare(server("one", reach));
      world.awaitTool("one", "echo");
      assertThat(text(world.server("one").call(echo("old")))).isEqualTo("old");
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void says_what_is_wrong_with_authorities_that_cannot_be_read() {
    try (var world = World.with(new MemoryPins())) {
      var reach =
          new Reach.Http(
              false,
              URI.create("https://127.0.0.1:1/mcp"),
              List.of(),
              new Reach.Auth.None(),
              "no PEM");
      world.declare(server("one", reach));
      await().atMost(WITHIN).until(() -> world.report("one").lastError() != null);
      assertThat(world.server("one").away().orElse("")).startsWith("ca: ");
    }
  }

  @Test
  void does_not_call_an_address_that_is_not_allowed() {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD)) {
      var around =
          ConnectionSettings.of(
              GuardRules.STANDARD, new Programs.None(), ClientProfile.of("sluice", "0"));
      try (var servers =
          new Servers(around, new MemoryPins(), CatalogLimits.STANDARD, ReportListener.NONE)) {
        servers.apply(Declared.all(server("one", http(server.url()))), ToolSecrets.NONE);
        var offered = servers.server(name("one")).orElseThrow();
        await().atMost(WITHIN).until(() -> offered.away().orElse("").contains("may not be called"));
        assertThat(offered.away().orElse(""))
            .endsWith("(expected: a host elsewhere, or one that the gateway's --mcp-allow names)");
        assertThat(server.connections()).isZero();
      }
    }
  }

  @Test
  void does_not_call_the_api_server_at_its_own_address() {
    try (var world = World.with(new MemoryPins())) {
      var own = ApiServer.of("192.0.2.10", 6443).orElseThrow();
      world.servers.keepOff(Set.of(own));
      world.declare(server("one", http(URI.create("https://192.0.2.10:6443/mcp"))));
      var offered = world.server("one");
      await().atMost(WITHIN).until(() -> offered.away().orElse("").contains("may not be called"));
      assertThat(offered.away().orElse(""))
          .contains("192.0.2.10 has an address that may not be called (expected: a host elsewhere");
    }
  }

  @Test
  void says_which_program_it_does_not_start_and_what_would_let_it() {
    assertThat(new Programs.None().refusal(List.of("npx", "--token=s3cr3t")))
        .hasValue(
            "npx: programs are not started here"
                + " (expected: a gateway whose --mcp-stdio is not off)");
  }

  @Test
  void takes_no_list_that_is_longer_than_it_may_be() {
    var limits =
        World.LIMITS.with(
            ListLimits.STANDARD
                .withRefresh(Duration.ofMillis(100), Duration.ofMinutes(5))
                .withPages(100, 20));
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD.withFillers(40));
        var world = new World(new MemoryPins(), new Programs.Any(), limits)) {
      world.declare(server("one", http(server.url())));
      await().atMost(WITHIN).until(() -> world.report("one").lastError() != null);
      assertThat(world.report("one").lastError()).startsWith("tools/list: more than 20 entries");
      assertThat(world.tools("one")).isEmpty();
    }
  }

  @Test
  void a_stalled_server_costs_the_others_nothing_and_callers_a_bounded_wait() throws Exception {
    // The system takes the connection, and nobody reads from it.
    try (var stalled = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        var good = ModernMcpSimulator.start(McpScript.STANDARD);
        var world = World.with(new MemoryPins())) {
      var url = URI.create("http://127.0.0.1:%d/mcp".formatted(stalled.getLocalPort()));
      world.declare(server("good", http(good.url())), server("stalled", http(url)));
      var began = System.nanoTime();
      world.awaitTool("good", "echo");
      for (var i = 0; i < 100; i++) {
        assertThat(world.tools("stalled")).isEmpty();
      }
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
      assertThat(world.server("stalled").away()).contains("not connected yet");
    }
  }
}
