package dev.sluice.mcp.catalog;

import static org.awaitility.Awaitility.await;

import dev.sluice.core.mcp.PinStore;
import dev.sluice.core.mcp.ServerReport;
import dev.sluice.core.mcp.ToolChange;
import dev.sluice.core.mcp.ToolSecrets;
import dev.sluice.core.mcp.ToolServer;
import dev.sluice.mcp.catalog.link.ConnectionSettings;
import dev.sluice.mcp.catalog.link.Programs;
import dev.sluice.mcp.catalog.lists.ListLimits;
import dev.sluice.mcp.tools.ToolDefinition;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.ClientProfile;
import dev.sluice.mcp.upstream.call.UpstreamLimits;
import dev.sluice.mcp.upstream.guard.Allowed;
import dev.sluice.mcp.upstream.guard.GuardRules;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.databind.node.JsonNodeFactory;

/// A catalog whose clock can be put forward, with all that it told.
final class World implements AutoCloseable {

  static final Duration WITHIN = Duration.ofSeconds(60);

  /// As quick as tests want it, and otherwise as it comes.
  static final CatalogLimits LIMITS =
      CatalogLimits.STANDARD.with(
          ListLimits.STANDARD.withRefresh(Duration.ofMillis(100), Duration.ofMinutes(5)));

  private static final UpstreamLimits UPSTREAM =
      UpstreamLimits.STANDARD.with(
          UpstreamLimits.Times.STANDARD
              .withBackOff(Duration.ofMillis(50), Duration.ofMillis(200))
              .withCheckEvery(Duration.ofMillis(200)));

  final List<Catalog.Change> told = new CopyOnWriteArrayList<>();
  final AtomicReference<List<ServerReport>> reports = new AtomicReference<>(List.of());
  final AtomicReference<List<ToolChange>> changes = new AtomicReference<>(List.of());
  final Servers servers;
  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

  World(PinStore pins, Programs programs, CatalogLimits limits) {
    var loopback = Allowed.of("127.0.0.0/8").orElseThrow();
    var rules = GuardRules.STANDARD.allowing(List.of(loopback));
    var around =
        ConnectionSettings.of(rules, programs, ClientProfile.of("sluice", "0"))
            .with(UPSTREAM)
            .with(() -> Instant.now().plus(ahead.get()));
    servers =
        new Servers(
            around,
            pins,
            limits,
            (said, hidden) -> {
              reports.set(said);
              changes.set(hidden);
            });
    var _ = servers.watch(told::add);
  }

  static World with(PinStore pins) {
    return new World(pins, new Programs.Any(), LIMITS);
  }

  World declare(ToolServer... declared) {
    servers.apply(Declared.all(declared), ToolSecrets.NONE);
    return this;
  }

  void putForward(Duration by) {
    ahead.updateAndGet(known -> known.plus(by));
  }

  Offered server(String name) {
    return servers.server(Declared.name(name)).orElseThrow();
  }

  List<String> tools(String name) {
    return server(name).tools().stream().map(ToolDefinition::name).toList();
  }

  /// Waits until the server offers that tool.
  void awaitTool(String server, String tool) {
    await().atMost(WITHIN).until(() -> tools(server).contains(tool));
  }

  void awaitNoTool(String server, String tool) {
    await().atMost(WITHIN).until(() -> !tools(server).contains(tool));
  }

  ServerReport report(String name) {
    return servers.reports().stream()
        .filter(report -> report.server().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  ServerReport.Verdict verdict(String server, String tool) {
    return report(server).tools().stream()
        .filter(told -> told.name().equals(tool))
        .map(ServerReport.Tool::verdict)
        .findFirst()
        .orElseThrow();
  }

  static Call echo(String text) {
    var params = JsonNodeFactory.instance.objectNode().put("name", "echo");
    params.putObject("arguments").put("text", text);
    return Call.of("tools/call", params);
  }

  static Call slow(int millis) {
    var params = JsonNodeFactory.instance.objectNode().put("name", "slow");
    params.putObject("arguments").put("steps", 1).put("millis", millis);
    return Call.of("tools/call", params);
  }

  static String text(CallResult result) {
    return switch (result) {
      case CallResult.Result(var json) -> json.path("content").path(0).path("text").stringValue("");
      case CallResult.Refused(var error) -> "refused: " + error.json();
      case CallResult.Failed(var failure) -> "failed: " + failure;
    };
  }

  @Override
  public void close() {
    servers.close();
  }
}
