package dev.sluice.mcp.serve.answer;

import dev.sluice.mcp.rpc.Meta;
import dev.sluice.mcp.rpc.ProtocolVersion;
import dev.sluice.mcp.upstream.call.ServerCard;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What the gateway says of itself: all that the servers can do together.
public final class Offer {

  /// Tasks belong to the connection of the gateway, and so to all of its callers.
  private static final String TASKS = "tasks";

  private Offer() {}

  /// The answer to `initialize`.
  public static ObjectNode initialized(View view, ProtocolVersion version) {
    var result = JsonNodeFactory.instance.objectNode();
    result.put("protocolVersion", version.date());
    result.set("capabilities", capabilities(view));
    result.set("serverInfo", itself());
    Instructions.of(view).ifPresent(text -> result.put("instructions", text));
    return result;
  }

  /// The answer to `server/discover`.
  public static ObjectNode discovered(View view, Duration ttl) {
    var result = JsonNodeFactory.instance.objectNode();
    var versions = result.putArray("supportedVersions");
    ProtocolVersion.MODERN.forEach(version -> versions.add(version.date()));
    spokenLegacy().forEach(version -> versions.add(version.date()));
    result.set("capabilities", capabilities(view));
    result.set("serverInfo", itself());
    Instructions.of(view).ifPresent(text -> result.put("instructions", text));
    result.put("ttlMs", ttl.toMillis()).put("cacheScope", "private");
    return Meta.with(result, Meta.SERVER, itself());
  }

  /// The version of 2024-11-05 has a transport of its own, which is not offered.
  public static List<ProtocolVersion> spokenLegacy() {
    return ProtocolVersion.LEGACY.stream()
        .filter(version -> !version.equals(ProtocolVersion.V2024_11_05))
        .toList();
  }

  public static ObjectNode itself() {
    return JsonNodeFactory.instance.objectNode().put("name", "sluice").put("version", "1");
  }

  private static ObjectNode capabilities(View view) {
    var all = JsonNodeFactory.instance.objectNode();
    all.putObject("tools").put("listChanged", true);
    for (var server : view.servers()) {
      // Of one that was never reached nobody knows: asked for its lists, it has none.
      var said = server.card().<JsonNode>map(ServerCard::capabilities).orElseGet(Offer::unknown);
      if (said instanceof ObjectNode object) {
        merge(all, object);
      }
    }
    all.remove(TASKS);
    for (var list : new String[] {"prompts", "resources"}) {
      if (all.path(list) instanceof ObjectNode object) {
        object.put("listChanged", true);
      }
    }
    return all;
  }

  private static JsonNode unknown() {
    var lists = JsonNodeFactory.instance.objectNode();
    lists.putObject("prompts");
    lists.putObject("resources");
    return lists;
  }

  /// What is there stays, but for what can be more: a flag, and the members of an object.
  private static void merge(ObjectNode all, ObjectNode more) {
    for (var field : more.properties()) {
      var known = all.path(field.getKey());
      var value = field.getValue();
      if (known instanceof ObjectNode object && value instanceof ObjectNode members) {
        merge(object, members);
      } else if (known.isMissingNode() || value.booleanValue(false)) {
        all.set(field.getKey(), value.deepCopy());
      }
    }
  }
}
