package dev.sluice.mcp.rpc;

import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// How long a result may be kept, and for whom.
public record CacheHint(Duration ttl, Scope scope) {

  /// For whom a result is the same.
  public enum Scope {
    PUBLIC,
    PRIVATE
  }

  /// Empty where a result says nothing of it; a scope that is not known is private.
  public static Optional<CacheHint> of(JsonNode result) {
    var ttl = result.path("ttlMs");
    if (!ttl.isIntegralNumber() || !ttl.canConvertToLong() || ttl.longValue() < 0) {
      return Optional.empty();
    }
    var scope =
        result.path("cacheScope").stringValue("").equals("public") ? Scope.PUBLIC : Scope.PRIVATE;
    return Optional.of(new CacheHint(Duration.ofMillis(ttl.longValue()), scope));
  }
}
