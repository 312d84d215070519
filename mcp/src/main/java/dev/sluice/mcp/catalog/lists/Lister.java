package dev.sluice.mcp.catalog.lists;

import dev.sluice.mcp.catalog.link.Link;
import dev.sluice.mcp.rpc.CacheHint;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Fetches one list with all its pages, or says why that cannot be had.
final class Lister {

  /// What came of it.
  sealed interface Fetched {
    /// @param ttl the shortest that a page names, within limits
    record Whole(List<ObjectNode> items, Duration ttl) implements Fetched {}

    record Not(String sentence) implements Fetched {}
  }

  private final Link link;
  private final ListKind kind;
  private final ListLimits limits;
  private final List<ObjectNode> items = new ArrayList<>();
  private Optional<Duration> told = Optional.empty();
  private long bytes;

  Lister(Link link, ListKind kind, ListLimits limits) {
    this.link = link;
    this.kind = kind;
    this.limits = limits;
  }

  Fetched fetch() {
    var end = System.nanoTime() + limits.listMax().toNanos();
    var cursor = Optional.<JsonNode>empty();
    for (var page = 0; page < limits.pagesMax(); page++) {
      var left = Duration.ofNanos(end - System.nanoTime());
      if (!left.isPositive()) {
        return not("not all pages within %d s".formatted(limits.listMax().toSeconds()));
      }
      var answer = link.call(Call.of(kind.method(), params(cursor)).within(left));
      switch (answer.orElse(null)) {
        case null -> {
          return not("the connection is being replaced");
        }
        case CallResult.Failed(var failure) -> {
          return not(failure.detail());
        }
        case CallResult.Refused(var error) -> {
          return page == 0 && error.code() == RpcError.METHOD_NOT_FOUND
              ? whole()
              : not("the server refuses it with error " + error.code());
        }
        case CallResult.Result(var result) -> {
          var excess = take(result);
          if (excess.isPresent()) {
            return not(excess.get());
          }
          var next = result.path("nextCursor");
          if (!next.isString()) {
            return whole();
          }
          if (cursor.filter(next::equals).isPresent()) {
            return not("a page that leads to itself");
          }
          cursor = Optional.of(next);
        }
      }
    }
    return not("more than %d pages".formatted(limits.pagesMax()));
  }

  private static ObjectNode params(Optional<JsonNode> cursor) {
    var params = JsonNodeFactory.instance.objectNode();
    cursor.ifPresent(from -> params.set("cursor", from));
    return params;
  }

  /// What is over a limit; empty where nothing is.
  private Optional<String> take(JsonNode result) {
    var hint = CacheHint.of(result).map(CacheHint::ttl);
    if (hint.isPresent()) {
      told = told.filter(ttl -> ttl.compareTo(hint.get()) < 0).or(() -> hint);
    }
    var list = result.path(kind.member());
    if (!list.isArray()) {
      return Optional.of("an answer without %s (expected: a list)".formatted(kind.member()));
    }
    for (var item : list) {
      if (item instanceof ObjectNode object) {
        bytes += object.toString().length();
        items.add(object);
      }
      if (items.size() > limits.itemsMax() || bytes > limits.listBytesMax()) {
        return Optional.of(
            "more than %d entries or %d bytes".formatted(limits.itemsMax(), limits.listBytesMax()));
      }
    }
    return Optional.empty();
  }

  private Fetched whole() {
    return new Fetched.Whole(items, limits.ttl(told.orElse(limits.ttlStandard())));
  }

  private Fetched not(String why) {
    return new Fetched.Not(kind.method() + ": " + why);
  }
}
