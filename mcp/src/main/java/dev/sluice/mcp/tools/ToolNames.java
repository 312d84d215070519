package dev.sluice.mcp.tools;

import dev.sluice.core.policy.ObjectName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/// The names that tools have at one endpoint: `SERVER__TOOL`, or `TOOL` where there is one server,
/// of letters, digits, `_` and `-`. A name that is too long, has other characters or is taken ends
/// with a hash of server and tool instead; so it is the same at each start and at each replica.
public final class ToolNames {

  /// A client calls a tool `mcp__NAME__TOOL`, and providers take 64 characters; NAME, what the
  /// user's configuration calls this gateway, may have 12.
  static final int NAME_CHARACTERS_MAX = 64 - "mcp__".length() - 12 - "__".length();

  private static final String SEPARATOR = "__";
  private static final Pattern FOREIGN = Pattern.compile("[^A-Za-z0-9_-]");
  private static final int HASH_CHARACTERS = 8;

  private final Map<String, ToolDefinition> tools;

  private ToolNames(Map<String, ToolDefinition> tools) {
    this.tools = tools;
  }

  /// @param tools in their order: the first of two that would be called the same keeps the name
  public static ToolNames of(List<ToolDefinition> tools) {
    return named(tools, tool -> prefix(tool.server()) + tool.name());
  }

  /// @param tools of one server, at an endpoint that has no other
  public static ToolNames ofServer(List<ToolDefinition> tools) {
    return named(tools, ToolDefinition::name);
  }

  private static ToolNames named(
      List<ToolDefinition> tools, Function<ToolDefinition, String> plain) {
    var named = new LinkedHashMap<String, ToolDefinition>();
    for (var tool : tools) {
      var name = plain.apply(tool);
      boolean fits = fits(name) && !named.containsKey(name);
      named.putIfAbsent(fits ? name : hashed(name, tool), tool);
    }
    return new ToolNames(named);
  }

  /// By their names, in their order.
  public Map<String, ToolDefinition> all() {
    return Collections.unmodifiableMap(tools);
  }

  public Optional<ToolDefinition> find(String name) {
    return Optional.ofNullable(tools.get(name));
  }

  /// What the name of each tool of a server begins with, unless it was shortened.
  public static String prefix(ObjectName server) {
    return server.name() + SEPARATOR;
  }

  private static boolean fits(String name) {
    return !name.isEmpty() && name.length() <= NAME_CHARACTERS_MAX && !FOREIGN.matcher(name).find();
  }

  private static String hashed(String plain, ToolDefinition tool) {
    var name = FOREIGN.matcher(plain).replaceAll("_");
    int kept = Math.min(name.length(), NAME_CHARACTERS_MAX - HASH_CHARACTERS - 1);
    return name.substring(0, kept) + "_" + hash(tool);
  }

  private static String hash(ToolDefinition tool) {
    try {
      // A line break is in no name of a server.
      var text = tool.server() + "\n" + tool.name();
      var sha256 =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha256).substring(0, HASH_CHARACTERS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("BUG: every JDK has SHA-256", e);
    }
  }
}
