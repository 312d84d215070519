package dev.sluice.mcp.serve.answer;

import dev.sluice.core.policy.Globs;
import dev.sluice.mcp.catalog.Offered;
import dev.sluice.mcp.rpc.Meta;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.serve.http.Incoming;
import dev.sluice.mcp.serve.http.RefusedException;
import dev.sluice.mcp.upstream.call.Call;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Finds the server that a prompt, a resource or a completion is of, and what it calls it.
final class Owners {

  private static final int RESOURCE_NOT_FOUND = -32002;
  private static final Pattern VARIABLE = Pattern.compile("\\{[^{}]*+\\}");

  private Owners() {}

  /// A call and the server that it goes to.
  record Routed(Offered server, Call call) {}

  static Routed prompt(View view, Query query) throws RefusedException {
    if (view.scope() instanceof Scope.One(var server)) {
      return new Routed(server, query.call());
    }
    var name = query.params().path("name").stringValue("");
    var prompt = View.find(view.prompts(), name);
    if (prompt.isEmpty()) {
      throw unknown("prompt", name);
    }
    var params = Meta.shallow(query.params()).put("name", prompt.get().tool().name());
    return new Routed(prompt.get().server(), query.call().with(params));
  }

  static Routed resource(View view, Query query) throws RefusedException {
    var uri = query.params().path("uri").stringValue("");
    if (view.scope() instanceof Scope.One(var server)) {
      return new Routed(server, query.call());
    }
    var owner = listing(view, uri).or(() -> matching(view, uri));
    if (owner.isEmpty()) {
      throw RefusedException.of(
          200,
          RESOURCE_NOT_FOUND,
          "uri: %s (expected: that of a resource of the list)".formatted(Incoming.shown(uri)));
    }
    return new Routed(owner.get(), query.call());
  }

  static Routed completion(View view, Query query) throws RefusedException {
    if (view.scope() instanceof Scope.One(var server)) {
      return new Routed(server, query.call());
    }
    var ref = query.params().path("ref");
    return switch (ref.path("type").stringValue("")) {
      case "ref/prompt" -> {
        var name = ref.path("name").stringValue("");
        var prompt = View.find(view.prompts(), name);
        if (prompt.isEmpty()) {
          throw unknown("prompt", name);
        }
        var params = query.params().deepCopy();
        params.withObject("ref").put("name", prompt.get().tool().name());
        yield new Routed(prompt.get().server(), query.call().with(params));
      }
      case "ref/resource" -> {
        var uri = ref.path("uri").stringValue("");
        var owner = templating(view, uri).or(() -> listing(view, uri));
        yield new Routed(
            owner.or(() -> matching(view, uri)).orElseThrow(() -> unknown("resource", uri)),
            query.call());
      }
      default ->
          throw RefusedException.of(
              200,
              RpcError.INVALID_PARAMS,
              "ref.type: %s (expected: ref/prompt or ref/resource)"
                  .formatted(Incoming.shown(ref.path("type").asString(""))));
    };
  }

  static RefusedException unknown(String kind, String name) {
    return RefusedException.of(
        200,
        RpcError.INVALID_PARAMS,
        "Unknown %s: %s (expected: one of the list)".formatted(kind, Incoming.shown(name)));
  }

  private static Optional<Offered> listing(View view, String uri) {
    return view.servers().stream()
        .filter(server -> has(server.resources(), "uri", uri))
        .findFirst();
  }

  private static Optional<Offered> templating(View view, String template) {
    return view.servers().stream()
        .filter(server -> has(server.resourceTemplates(), "uriTemplate", template))
        .findFirst();
  }

  private static boolean has(List<? extends JsonNode> all, String key, String value) {
    return all.stream().anyMatch(entry -> entry.path(key).stringValue("").equals(value));
  }

  private static Optional<Offered> matching(View view, String uri) {
    return view.servers().stream()
        .filter(
            server ->
                server.resourceTemplates().stream()
                    .anyMatch(entry -> matches(entry.path("uriTemplate").stringValue(""), uri)))
        .findFirst();
  }

  /// A variable stands for any text.
  static boolean matches(String template, String uri) {
    return new Globs(List.of(VARIABLE.matcher(template).replaceAll("*"))).matches(uri);
  }
}
