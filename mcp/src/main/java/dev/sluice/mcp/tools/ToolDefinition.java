package dev.sluice.mcp.tools;

import dev.sluice.core.policy.ObjectName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A tool as its server defines it. Equal are those whose server, name and definition are.
public final class ToolDefinition {

  /// What a model and a person read of it, and what a call's form depends on.
  private static final List<String> PINNED =
      List.of("name", "title", "description", "inputSchema", "outputSchema", "annotations");

  private final ObjectName server;
  private final String name;
  private final ObjectNode json;

  /// Known once somebody has asked for it; two who ask at a time find the same.
  private @Nullable String digest;

  public ToolDefinition(ObjectName server, String name, ObjectNode json) {
    this.server = server;
    this.name = name;
    this.json = json.deepCopy();
  }

  public ObjectName server() {
    return server;
  }

  public String name() {
    return name;
  }

  /// The definition with all members, those unknown here too. All share it: nobody writes to it.
  public ObjectNode json() {
    return json;
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
    var known = digest;
    if (known == null) {
      known = digested();
      digest = known;
    }
    return known;
  }

  private String digested() {
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

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof ToolDefinition tool
            && server.equals(tool.server)
            && name.equals(tool.name)
            && json.equals(tool.json));
  }

  @Override
  public int hashCode() {
    // Two tools of a server with one name are rare, and a definition is large.
    return Objects.hash(server, name);
  }

  @Override
  public String toString() {
    return server + " " + name;
  }
}
