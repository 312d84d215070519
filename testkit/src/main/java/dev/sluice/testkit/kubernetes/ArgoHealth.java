package dev.sluice.testkit.kubernetes;

import dev.sluice.testkit.RedisServer;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The health checks in the ConfigMap of Argo CD, run as they are: in the Lua of a Redis, which is
/// 5.1 as Argo CD's is.
public final class ArgoHealth {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String PREFIX = "resource.customizations.health.";

  /// What Argo CD takes as an answer.
  private static final Set<String> STATUSES =
      Set.of("Healthy", "Progressing", "Degraded", "Suspended", "Missing", "Unknown");

  /// Argo CD opens neither `string` nor `math`, and has nothing of Redis.
  private static final String FRAME =
      """
      local obj, encode = cjson.decode(ARGV[1]), cjson.encode
      local function health()
      local redis, server, cjson, cmsgpack, struct, bit, string, math, KEYS, ARGV
      %s
      end
      return encode(health())
      """;

  private final RedisServer redis;
  private final Map<String, String> data;

  /// What a check says of an object.
  public record Health(String status, String message) {}

  /// @param data of the ConfigMap
  public ArgoHealth(RedisServer redis, Map<String, String> data) {
    this.redis = redis;
    this.data = Map.copyOf(data);
  }

  /// @param kind as keys of the ConfigMap name it: `GROUP_KIND`
  /// @param object as the API server has it, as JSON
  public Health of(String kind, String object) {
    var text = data.get(PREFIX + kind);
    if (text == null) {
      throw new IllegalStateException(PREFIX + kind + " is missing (expected: one of the keys)");
    }
    var answer = redis.ask("EVAL", FRAME.formatted(text), "0", object);
    try {
      var health = JSON.readTree(answer);
      var status = health.path("status").asString("");
      if (!STATUSES.contains(status)) {
        throw new IllegalStateException(answer + " (expected: a status of " + STATUSES + ")");
      }
      return new Health(status, health.path("message").asString(""));
    } catch (JacksonException e) {
      throw new IllegalStateException(kind + ": " + answer + " (expected: a health)", e);
    }
  }
}
