package dev.sluice.mcp.rpc;

import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What the `_meta` of parameters and results says beside the call itself.
public final class Meta {

  public static final String FIELD = "_meta";
  public static final String PROTOCOL_VERSION = "io.modelcontextprotocol/protocolVersion";
  public static final String CLIENT = "io.modelcontextprotocol/clientInfo";
  public static final String CLIENT_CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";
  public static final String SERVER = "io.modelcontextprotocol/serverInfo";
  public static final String SUBSCRIPTION_ID = "io.modelcontextprotocol/subscriptionId";
  public static final String LOG_LEVEL = "io.modelcontextprotocol/logLevel";
  public static final String PROGRESS_TOKEN = "progressToken";

  private Meta() {}

  public static JsonNode of(JsonNode object) {
    return object.path(FIELD);
  }

  /// The version that a request of the modern era names for itself.
  public static Optional<ProtocolVersion> version(ObjectNode params) {
    return Optional.of(of(params).path(PROTOCOL_VERSION))
        .filter(JsonNode::isString)
        .map(version -> new ProtocolVersion(version.stringValue()));
  }

  /// A copy of the object with one more entry in its `_meta`; the original stays as it is.
  public static ObjectNode with(ObjectNode object, String key, JsonNode value) {
    return with(object, Map.of(key, value));
  }

  /// A copy of the object with these entries in its `_meta`; the original stays as it is.
  public static ObjectNode with(ObjectNode object, Map<String, ? extends JsonNode> entries) {
    var meta = of(object) instanceof ObjectNode known ? known.deepCopy() : empty();
    meta.setAll(entries);
    var copy = shallow(object);
    copy.set(FIELD, meta);
    return copy;
  }

  /// A copy without the entry; a `_meta` that has nothing else goes with it.
  public static ObjectNode without(ObjectNode object, String key) {
    if (!(of(object) instanceof ObjectNode known) || !known.has(key)) {
      return object;
    }
    var meta = known.deepCopy();
    meta.remove(key);
    var copy = shallow(object);
    if (meta.isEmpty()) {
      copy.remove(FIELD);
    } else {
      copy.set(FIELD, meta);
    }
    return copy;
  }

  /// A copy of the object itself; what is in it is shared.
  public static ObjectNode shallow(ObjectNode object) {
    return empty().setAll(object);
  }

  private static ObjectNode empty() {
    return JsonNodeFactory.instance.objectNode();
  }
}
