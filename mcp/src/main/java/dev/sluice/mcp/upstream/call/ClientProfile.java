package dev.sluice.mcp.upstream.call;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Who asks a server, and what it can be asked in return.
public record ClientProfile(ObjectNode client, ObjectNode capabilities) {

  /// Of a client that can be asked nothing.
  public static ClientProfile of(String name, String version) {
    var nodes = JsonNodeFactory.instance;
    return new ClientProfile(
        nodes.objectNode().put("name", name).put("version", version), nodes.objectNode());
  }

  public ClientProfile with(ObjectNode value) {
    return new ClientProfile(client, value);
  }
}
