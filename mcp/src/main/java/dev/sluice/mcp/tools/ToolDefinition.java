package dev.sluice.mcp.tools;

import dev.sluice.core.policy.ObjectName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A tool as its server defines it.
///
/// @param json the definition with all members, those unknown here too
public record ToolDefinition(ObjectName server, String name, ObjectNode json) {

  /// What a model and a person read of it, and what a call's form depends on.
  private static final List<String> PINNED =
      List.of("name", "title", "description", "inputSchema", "outputSchema", "annotations");

  public ToolDefinition {
    json = json.deepCopy();
  }

  @Override
  public ObjectNode json() {
    return json.deepCopy();
  }

  /// What a person has seen when the tool is pinned: its pinned members as RFC 8785 writes them.
  /// Members that are absent are absent there too; all others (`_meta`, `icons`) do not count.
  ///
  /// @throws IllegalArgumentException if it has no canonical form
  public String pinned() {
    return new String(canonical(), StandardCharsets.UTF_8);
  }

  /// `sha256:` and the hexadecimal SHA-256 of what is [#pinned].
  ///
  /// @throws IllegalArgumentException if it has no canonical form
  public String digest() {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      return "sha256:" + HexFormat.of().formatHex(sha256.digest(canonical()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("BUG: every JDK has SHA-256", e);
    }
  }

  private byte[] canonical() {
    var pinned = JsonNodeFactory.instance.objectNode();
    for (var member : PINNED) {
      JsonNode value = json.get(member);
      if (value != null) {
        pinned.set(member, value);
      }
    }
    return CanonicalJson.of(pinned);
  }
}
