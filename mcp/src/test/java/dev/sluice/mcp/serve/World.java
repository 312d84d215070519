package dev.sluice.mcp.serve;

import dev.sluice.core.mcp.Admissions;
import dev.sluice.core.mcp.LoneGateway;
import dev.sluice.core.mcp.SessionBus;
import dev.sluice.core.policy.KeyDigest;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.catalog.Catalog;
import dev.sluice.mcp.catalog.Offered;
import dev.sluice.mcp.catalog.Visible;
import dev.sluice.mcp.govern.Caller;
import dev.sluice.mcp.govern.ToolCalls;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.serve.meta.MetaToolSet;
import dev.sluice.mcp.serve.session.Seal;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Servers, keys, and replicas of the service, each with a front that lets keys in.
final class World implements Catalog, ToolCalls, AutoCloseable {

  static final String FOUND = "search_tools";

  private final Map<ObjectName, Simulated> servers = Collections.synchronizedMap(new TreeMap<>());
  private final Map<KeyDigest, KeyPolicy> keys = new ConcurrentHashMap<>();
  private final List<Consumer<Change>> watches = new CopyOnWriteArrayList<>();
  private final Admissions admissions = new Admissions();

  /// Whatever was asked of the tools, as SERVER/TOOL.
  final List<String> called = new CopyOnWriteArrayList<>();

  final List<String> passed = new CopyOnWriteArrayList<>();

  /// What happens just before a message of that method reaches its server, once.
  final Map<String, Runnable> before = new ConcurrentHashMap<>();

  /// Methods that a limit refuses.
  final Set<String> limited = ConcurrentHashMap.newKeySet();

  /// Servers that are not there when they are next asked for.
  final Set<ObjectName> away = ConcurrentHashMap.newKeySet();

  private final List<AutoCloseable> started = new ArrayList<>();

  /// A replica behind its front.
  record Replica(McpService service, Front front) {
    URI url() {
      return url("");
    }

    URI url(String server) {
      return URI.create(
          "http://127.0.0.1:%d/mcp%s"
              .formatted(front.port(), server.isEmpty() ? "" : "/" + server));
    }
  }

  World server(String name, URI url) {
    servers.put(Keys.server(name), new Simulated(name, url, false, this::changed));
    return this;
  }

  World programmed(String name, URI url) {
    servers.put(Keys.server(name), new Simulated(name, url, true, this::changed));
    return this;
  }

  World key(KeyPolicy key) {
    keys.put(key.digest(), key);
    return this;
  }

  /// Waits until each server was reached.
  World ready() {
    org.awaitility.Awaitility.await()
        .atMost(java.time.Duration.ofSeconds(60))
        .until(() -> servers.values().stream().allMatch(server -> server.card().isPresent()));
    return this;
  }

  void changed(Change change) {
    watches.forEach(watch -> watch.accept(change));
  }

  Replica start() {
    return start(ServeLimits.STANDARD, InstantSource.system());
  }

  Replica start(ServeLimits limits, InstantSource clock) {
    return start(limits, clock, new LoneGateway());
  }

  /// One that hears others and is heard by them.
  Replica start(ServeLimits limits, InstantSource clock, SessionBus bus) {
    var parts =
        new Parts(
            this,
            this,
            new Found(),
            admissions,
            digest -> Optional.ofNullable(keys.get(digest)),
            new Seal("a secret of all replicas of this test".getBytes(StandardCharsets.UTF_8)),
            bus,
            Set.of("https://allowed.example"));
    var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var service = McpService.start(any, parts, limits, clock);
    started.add(service);
    var front = Front.start(service.port(), this::ticket, admissions);
    started.add(front);
    return new Replica(service, front);
  }

  /// Refuses what is not granted or not offered, as each must that calls tools.
  @Override
  public CallResult call(Caller caller, Offered server, String tool, Call call) {
    called.add(server.declared().name().name() + "/" + tool);
    var offered = server.tools().stream().anyMatch(one -> one.name().equals(tool));
    return offered && caller.permits(server.declared().name(), tool)
        ? server.call(call)
        : new CallResult.Refused(RpcError.of(RpcError.INVALID_PARAMS, "Unknown tool"));
  }

  /// Counts what reaches a server and is no call of a tool.
  @Override
  public CallResult pass(Caller caller, Offered server, Call call) {
    passed.add(server.declared().name().name() + " " + call.method());
    Optional.ofNullable(before.remove(call.method())).ifPresent(Runnable::run);
    return limited.contains(call.method())
        ? new CallResult.Refused(RpcError.of(RpcError.INVALID_REQUEST, "a limit"))
        : server.call(call);
  }

  @Override
  public CallResult own(Caller caller, String tool, Call call, Supplier<CallResult> run) {
    return run.get();
  }

  /// Who the front lets in, as the request flow would.
  private Optional<Admissions.Admitted> ticket(String key) {
    return Optional.ofNullable(keys.get(KeyDigest.of(key)))
        .filter(known -> !known.suspended())
        .map(known -> new Admissions.Admitted("request", known, "v"));
  }

  /// Tells the names of the tools that there are.
  private static final class Found implements MetaToolSet {
    @Override
    public List<ObjectNode> definitions(Caller caller, List<Visible> tools) {
      if (tools.isEmpty()) {
        return List.of();
      }
      var definition = JsonNodeFactory.instance.objectNode().put("name", FOUND);
      definition.put("description", "Finds tools").putObject("inputSchema").put("type", "object");
      return List.of(definition);
    }

    @Override
    public boolean has(String name) {
      return name.equals(FOUND);
    }

    @Override
    public CallResult call(
        Caller caller, List<Visible> tools, Map<ObjectName, String> away, String name, Call call) {
      if (!has(name)) {
        return new CallResult.Refused(RpcError.of(RpcError.INVALID_PARAMS, "Unknown tool"));
      }
      var result = JsonNodeFactory.instance.objectNode();
      result
          .putArray("content")
          .addObject()
          .put("type", "text")
          .put("text", String.join(" ", tools.stream().map(Visible::name).toList()));
      return new CallResult.Result(result);
    }
  }

  @Override
  public List<Offered> servers() {
    return List.copyOf(servers.values());
  }

  @Override
  public Optional<Offered> server(ObjectName name) {
    return away.remove(name) ? Optional.empty() : Optional.ofNullable(servers.get(name));
  }

  @Override
  public Watch watch(Consumer<Change> heard) {
    watches.add(heard);
    return () -> watches.remove(heard);
  }

  @Override
  public void close() {
    try {
      for (var each : started.reversed()) {
        each.close();
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    servers.values().forEach(Simulated::close);
  }
}
