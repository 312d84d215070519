package dev.sluice.mcp.serve;

import dev.sluice.core.mcp.ToolServer;
import dev.sluice.mcp.Plain;
import dev.sluice.mcp.catalog.Catalog;
import dev.sluice.mcp.catalog.Offered;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.tools.ToolDefinition;
import dev.sluice.mcp.upstream.Connection;
import dev.sluice.mcp.upstream.Opened;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.ClientProfile;
import dev.sluice.mcp.upstream.call.ServerCard;
import dev.sluice.mcp.upstream.call.ServerListener;
import dev.sluice.mcp.upstream.call.UpstreamLimits;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A simulated server behind a real connection; its lists are asked for each time.
final class Simulated implements Offered, AutoCloseable {

  private final ToolServer declared;
  private final Connection connection;

  Simulated(String name, URI url, boolean codeMode, Consumer<Catalog.Change> changed) {
    this.declared = Plain.server(Keys.server(name), url, Duration.ofSeconds(60), codeMode);
    var listener =
        new ServerListener() {
          @Override
          public void heard(Message.Notification notification) {
            switch (notification.method()) {
              case "notifications/tools/list_changed" ->
                  changed.accept(new Catalog.Change.Tools(declared.name()));
              case "notifications/resources/updated" ->
                  changed.accept(
                      new Catalog.Change.Resource(
                          declared.name(), notification.params().path("uri").stringValue("")));
              default -> {
                // Nobody here listens to it.
              }
            }
          }

          @Override
          public void connected(ServerCard card) {}
        };
    this.connection = connection(url, listener);
  }

  private static Connection connection(URI url, ServerListener listener) {
    var limits =
        UpstreamLimits.STANDARD.with(
            UpstreamLimits.Times.STANDARD
                .withBackOff(Duration.ofMillis(50), Duration.ofMillis(200))
                .withTotalMax(Duration.ofSeconds(60)));
    var capabilities = JsonNodeFactory.instance.objectNode();
    capabilities.putObject("elicitation");
    capabilities.putObject("sampling");
    capabilities.putObject("roots");
    var profile = ClientProfile.of("sluice", "0").with(capabilities);
    return Opened.connection(url, profile, listener, limits);
  }

  @Override
  public ToolServer declared() {
    return declared;
  }

  @Override
  public Optional<ServerCard> card() {
    return connection.card();
  }

  @Override
  public Optional<String> away() {
    return connection.health().lastFailure().isPresent() && connection.card().isEmpty()
        ? Optional.of("not connected")
        : Optional.empty();
  }

  @Override
  public List<ToolDefinition> tools() {
    return list("tools/list", "tools").stream()
        .map(json -> new ToolDefinition(declared.name(), json.path("name").stringValue(""), json))
        .toList();
  }

  @Override
  public List<ObjectNode> prompts() {
    return list("prompts/list", "prompts");
  }

  @Override
  public List<ObjectNode> resources() {
    return list("resources/list", "resources");
  }

  @Override
  public List<ObjectNode> resourceTemplates() {
    return list("resources/templates/list", "resourceTemplates");
  }

  private List<ObjectNode> list(String method, String field) {
    var all = new ArrayList<ObjectNode>();
    var params = JsonNodeFactory.instance.objectNode();
    while (call(Call.of(method, params)) instanceof CallResult.Result(var page)) {
      page.path(field).forEach(entry -> all.add((ObjectNode) entry));
      if (!page.path("nextCursor").isString()) {
        break;
      }
      params = JsonNodeFactory.instance.objectNode();
      params.set("cursor", page.path("nextCursor"));
    }
    return all;
  }

  @Override
  public CallResult call(Call call) {
    return connection.call(call);
  }

  @Override
  public void tell(Message.Notification notification) {
    try {
      connection.tell(notification);
    } catch (CallException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    connection.close();
  }
}
