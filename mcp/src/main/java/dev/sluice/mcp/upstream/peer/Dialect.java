package dev.sluice.mcp.upstream.peer;

import dev.sluice.mcp.rpc.Era;
import dev.sluice.mcp.rpc.Meta;
import dev.sluice.mcp.rpc.ProtocolVersion;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.ClientProfile;
import java.util.LinkedHashMap;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The version that a server is spoken to in, and what a request of it says of who asks.
public record Dialect(ProtocolVersion version, ClientProfile profile) {

  /// What a session says once, each request of the modern era says by itself.
  private static final List<String> OF_REQUESTS =
      List.of(Meta.PROTOCOL_VERSION, Meta.CLIENT, Meta.CLIENT_CAPABILITIES, Meta.LOG_LEVEL);

  public ObjectNode params(Call call) {
    if (version.era() == Era.LEGACY) {
      var plain = call.params();
      for (var key : OF_REQUESTS) {
        plain = Meta.without(plain, key);
      }
      return plain;
    }
    var caller = call.caller().orElse(profile);
    var stamp = JsonNodeFactory.instance.stringNode(version.date());
    var entries = new LinkedHashMap<String, JsonNode>();
    entries.put(Meta.PROTOCOL_VERSION, stamp);
    entries.put(Meta.CLIENT, caller.client());
    entries.put(Meta.CLIENT_CAPABILITIES, caller.capabilities());
    return Meta.with(call.params(), entries);
  }
}
