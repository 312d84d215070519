package dev.sluice.extproc.route;

import dev.sluice.core.mcp.ToolAccess;
import dev.sluice.core.money.PerMTok;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.Grant;
import dev.sluice.core.policy.KeyDigest;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.LedgerAway;
import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Routing;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.price.Price;
import dev.sluice.core.price.Rates;
import dev.sluice.core.provider.Service;
import dev.sluice.extproc.decode.Client;
import dev.sluice.wire.anthropic.MessagesRequest;
import dev.sluice.wire.anthropic.Span;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Three providers that have Claude's models, one that has others, and keys that may use them.
public final class RouteWorld {

  static final List<String> CLAUDE =
      List.of("claude-opus-5-5", "claude-sonnet-5", "claude-haiku-4-5");

  private RouteWorld() {}

  public static Snapshot snapshot() {
    var upstreams = new TreeMap<ObjectName, Upstream>();
    for (var name : List.of("north", "south", "west")) {
      upstreams.put(provider(name), upstream(name, CLAUDE));
    }
    upstreams.put(provider("other"), upstream("other", List.of("llama-large", "llama-small")));
    upstreams.put(provider("many"), upstream("many", List.of("llama-many"), 1, 1, 1, 1, 0));
    return new Snapshot("v1", "prices-1", Map.of(), upstreams);
  }

  static ObjectName provider(String name) {
    return new ObjectName("default", name);
  }

  private static Upstream upstream(String name, List<String> models) {
    return upstream(name, models, 1);
  }

  /// @param weights of its accounts
  private static Upstream upstream(String name, List<String> models, long... weights) {
    var rates =
        new Rates(
            PerMTok.parse("5"),
            PerMTok.parse("25"),
            PerMTok.parse("0.5"),
            PerMTok.parse("6.25"),
            PerMTok.parse("10"));
    var price = new Price(rates, List.of(), null);
    var byName = new TreeMap<String, Model>();
    models.forEach(
        model ->
            byName.put(
                model,
                new Model(model, model, model, price, 1_000_000, null, null, Model.Kind.TEXT)));
    var minute = Duration.ofMinutes(1);
    return new Upstream(
        provider(name),
        URI.create("https://" + name + ".example.com"),
        Service.ANTHROPIC,
        IntStream.range(0, weights.length)
            .mapToObj(i -> new Upstream.Account("default/%s/%d".formatted(name, i), weights[i]))
            .toList(),
        byName,
        null,
        List.of(),
        List.of(),
        new Upstream.Timeouts(minute, minute, minute),
        Upstream.Outlier.DEFAULT);
  }

  public static Grant grant(String provider, long weight, String... models) {
    var globs = models.length == 0 ? Globs.ALL : new Globs(List.of(models));
    return new Grant(provider(provider), weight, globs, List.of(), List.of());
  }

  /// May use Claude's models of all, but for what its team does not allow: opus.
  public static KeyPolicy key(Routing routing, Grant... grants) {
    return new KeyPolicy(
        provider("alice"),
        KeyDigest.of("alice"),
        null,
        null,
        false,
        null,
        List.of(new Globs(List.of("claude-sonnet-*", "claude-haiku-*", "llama-*"))),
        List.of(grants),
        Map.of("fast", "south/claude-haiku-4-5", "quick", "claude-haiku-4-5"),
        4_096,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        LedgerAway.REFUSE,
        routing,
        ToolAccess.NONE);
  }

  public static MessagesRequest request(String model) {
    return request(model, 1_000, MessagesRequest.Thinking.NONE);
  }

  static MessagesRequest request(String model, long bytes, MessagesRequest.Thinking thinking) {
    return request(model, bytes, thinking, 0);
  }

  public static MessagesRequest request(
      String model, long bytes, MessagesRequest.Thinking thinking, long tools) {
    return new MessagesRequest(
        bytes,
        model,
        new Span(0, 0),
        new MessagesRequest.MaxTokens(100, new Span(0, 0)),
        true,
        thinking,
        MessagesRequest.Media.NONE,
        tools,
        MessagesRequest.ServerTools.NONE,
        null,
        null,
        null);
  }

  static Client session(@Nullable String session) {
    return new Client(session, null, null, null);
  }

  static Asking asking(String session, String model) {
    return new Asking("request-1", session(session), request(model));
  }
}
