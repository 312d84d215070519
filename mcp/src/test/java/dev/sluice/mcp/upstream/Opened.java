package dev.sluice.mcp.upstream;

import static org.awaitility.Awaitility.await;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallFailure;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.Cancellation;
import dev.sluice.mcp.upstream.call.ClientProfile;
import dev.sluice.mcp.upstream.call.ServerCard;
import dev.sluice.mcp.upstream.call.ServerListener;
import dev.sluice.mcp.upstream.call.Tally;
import dev.sluice.mcp.upstream.call.UpstreamLimits;
import dev.sluice.mcp.upstream.guard.Allowed;
import dev.sluice.mcp.upstream.guard.GuardRules;
import dev.sluice.mcp.upstream.guard.UrlGuard;
import dev.sluice.mcp.upstream.http.Credentials;
import dev.sluice.mcp.upstream.http.Http;
import dev.sluice.mcp.upstream.http.Tls;
import dev.sluice.mcp.upstream.peer.PeerOpener;
import dev.sluice.mcp.upstream.stdio.Command;
import dev.sluice.mcp.upstream.stdio.Launcher;
import dev.sluice.mcp.upstream.stdio.StdioOpener;
import dev.sluice.mcp.upstream.streamable.Endpoint;
import dev.sluice.mcp.upstream.streamable.HttpOpener;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A connection to a simulated server, with all that it was told.
public final class Opened implements AutoCloseable {

  static final UpstreamLimits LIMITS =
      UpstreamLimits.STANDARD.with(
          UpstreamLimits.Times.STANDARD
              .withBackOff(Duration.ofMillis(50), Duration.ofMillis(200))
              .withProbeMax(Duration.ofSeconds(10))
              .withTotalMax(Duration.ofSeconds(20)));

  final Connection connection;
  final Tally tally;
  final List<String> heard;
  final List<ServerCard> connected;

  private final java.util.function.Supplier<String> words;

  private Opened(
      Connection connection,
      Tally tally,
      Heard listener,
      java.util.function.Supplier<String> words) {
    this.words = words;
    this.connection = connection;
    this.tally = tally;
    this.heard = listener.heard;
    this.connected = listener.connected;
  }

  /// What a listener heard.
  private static final class Heard implements ServerListener {
    final List<String> heard = new CopyOnWriteArrayList<>();
    final List<ServerCard> connected = new CopyOnWriteArrayList<>();

    @Override
    public void heard(Message.Notification notification) {
      heard.add(notification.method());
    }

    @Override
    public void connected(ServerCard card) {
      connected.add(card);
    }
  }

  static ClientProfile profile() {
    var capabilities = JsonNodeFactory.instance.objectNode();
    capabilities.putObject("elicitation").putObject("form");
    capabilities.putObject("roots");
    return ClientProfile.of("sluice", "0").with(capabilities);
  }

  static UrlGuard guard() {
    var loopback = Allowed.of("127.0.0.0/8").orElseThrow();
    return new UrlGuard(GuardRules.STANDARD.allowing(List.of(loopback)), UrlGuard.Resolver.SYSTEM);
  }

  public static Opened http(URI url) {
    return http(url, LIMITS, Credentials.NONE);
  }

  static Opened http(URI url, UpstreamLimits limits) {
    return http(url, limits, Credentials.NONE);
  }

  static Opened http(URI url, UpstreamLimits limits, Credentials credentials) {
    var http = new Http(guard(), Tls.standard());
    return at(new Endpoint(url, Endpoint.Transport.ANY, http, credentials), limits);
  }

  static Opened at(Endpoint endpoint, UpstreamLimits limits) {
    var listener = new Heard();
    var tally = new Tally();
    var opener = new HttpOpener(endpoint, profile(), limits, listener, tally);
    return new Opened(connection(opener, listener, limits), tally, listener, () -> "");
  }

  static Opened program(Command command, UpstreamLimits limits) {
    return program(new Launcher.Children(), command, limits);
  }

  static Opened program(Launcher launcher, Command command, UpstreamLimits limits) {
    var listener = new Heard();
    var tally = new Tally();
    var opener = new StdioOpener(launcher, command, profile(), limits, listener, tally);
    return new Opened(connection(opener, listener, limits), tally, listener, opener::lastWords);
  }

  /// A connection as others need it.
  public static Connection connection(
      URI url, ClientProfile profile, ServerListener listener, UpstreamLimits limits) {
    var http = new Http(guard(), Tls.standard());
    var endpoint = new Endpoint(url, Endpoint.Transport.ANY, http, Credentials.NONE);
    return connection(
        new HttpOpener(endpoint, profile, limits, listener, new Tally()), listener, limits);
  }

  private static Connection connection(
      PeerOpener opener, ServerListener listener, UpstreamLimits limits) {
    return new Connection(
            "simulated", opener, listener, limits, InstantSource.system(), new Random(1))
        .start();
  }

  static ObjectNode json() {
    return JsonNodeFactory.instance.objectNode();
  }

  static Call tool(String name, ObjectNode arguments) {
    var params = json().put("name", name);
    params.set("arguments", arguments);
    return Call.of("tools/call", params);
  }

  static Call echo(String text) {
    return tool("echo", json().put("text", text));
  }

  public CallResult call(Call call) {
    return connection.call(call);
  }

  /// What a call that stalls ends with, which is cancelled once the server has run it.
  ///
  /// @param runs of the server
  CallResult cancelled(IntSupplier runs) {
    int before = runs.getAsInt();
    var cancellation = new Cancellation();
    var call = tool("stall", json()).with(cancellation);
    var result = CompletableFuture.supplyAsync(() -> call(call), Thread::startVirtualThread);
    await().until(() -> runs.getAsInt() > before);
    cancellation.cancel("enough");
    return result.orTimeout(10, TimeUnit.SECONDS).join();
  }

  JsonNode result(Call call) {
    return resultOf(call(call));
  }

  static JsonNode resultOf(CallResult result) {
    return switch (result) {
      case CallResult.Result(var json) -> json;
      case CallResult.Refused(var error) -> throw new AssertionError("refused: " + error.json());
      case CallResult.Failed(var failure) -> throw new AssertionError("failed: " + failure);
    };
  }

  String text(Call call) {
    return textOf(result(call));
  }

  static String textOf(JsonNode result) {
    return result.path("content").path(0).path("text").stringValue("");
  }

  static CallFailure failure(CallResult result) {
    return switch (result) {
      case CallResult.Failed(var failure) -> failure;
      case CallResult.Result(var json) -> throw new AssertionError("a result: " + json);
      case CallResult.Refused(var error) -> throw new AssertionError("refused: " + error.json());
    };
  }

  /// What a program said last beside its answers.
  String lastWords() {
    return words.get();
  }

  @Override
  public void close() {
    connection.close();
  }
}
