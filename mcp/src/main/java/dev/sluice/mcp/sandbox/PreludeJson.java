package dev.sluice.mcp.sandbox;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// What host and prelude tell each other, as JSON.
final class PreludeJson {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final SecureRandom SEEDS = new SecureRandom();
  private static final int MESSAGE_CHARS_MAX = 8192;

  private PreludeJson() {}

  static String config(Program program, Limits limits) {
    return JSON.writeValueAsString(
        Map.of(
            "code", program.code(),
            "seeds", SEEDS.ints(4).toArray(),
            "parallel", limits.parallelCallsMax(),
            "servers", servers(program.tools()),
            "away", away(program)));
  }

  private static List<Map<String, Object>> servers(List<ToolName> tools) {
    var servers = new LinkedHashMap<String, List<String>>();
    for (var tool : tools) {
      servers.computeIfAbsent(tool.server(), _ -> new ArrayList<>()).add(tool.tool());
    }
    return servers.entrySet().stream()
        .map(e -> Map.<String, Object>of("server", e.getKey(), "tools", e.getValue()))
        .toList();
  }

  private static List<Map<String, String>> away(Program program) {
    return program.away().entrySet().stream()
        .map(e -> Map.of("server", e.getKey(), "why", e.getValue()))
        .toList();
  }

  static String within(String message) {
    return message.length() <= MESSAGE_CHARS_MAX
        ? message
        : message.substring(0, MESSAGE_CHARS_MAX) + "…";
  }

  static Thrown thrown(String json) {
    var tree = JSON.readTree(json);
    var name = tree.path("name").asString("");
    var message = tree.path("message").asString("");
    return new Thrown(
        name,
        name.isEmpty() && message.isEmpty() ? "something without a text was thrown" : message,
        tree.path("stack").asString(""),
        tree.path("cause").asString(""));
  }

  /// What a program threw.
  ///
  /// @param stack as QuickJS wrote it, or as the program wants it
  /// @param cause what the prelude knows of it: `tool NAME`, `away`, `input`, `large ID`, `syntax`,
  ///   `result`
  record Thrown(String name, String message, String stack, String cause) {}
}
