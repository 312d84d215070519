package dev.sluice.mcp.codemode;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/// A tool of the gateway itself, by which the tools of servers are found and called.
enum MetaTool {
  LIST_TOOLS("list_tools", Set.of("detail", "server")),
  READ_TOOLS("read_tools", Set.of("file", "from", "to")),
  GET_TOOL_DOCS("get_tool_docs", Set.of("tools")),
  RUN_CODE("run_code", Set.of("code", "timeout_seconds", "media")),
  SEARCH_TOOLS("search_tools", Set.of("query", "max"));

  private static final String PREFIX = "sluice_";

  private final String plain;
  private final Set<String> arguments;

  MetaTool(String plain, Set<String> arguments) {
    this.plain = plain;
    this.arguments = arguments;
  }

  Set<String> arguments() {
    return arguments;
  }

  /// Its name beside tools that are called so: theirs go first.
  String name(Set<String> taken) {
    var name = plain;
    while (taken.contains(name)) {
      name = PREFIX + name;
    }
    return name;
  }

  static Optional<MetaTool> find(String name, Set<String> taken) {
    return Arrays.stream(values()).filter(tool -> tool.name(taken).equals(name)).findFirst();
  }

  /// Whether one of them is called so, beside whatever tools.
  static boolean has(String name) {
    var rest = name;
    while (rest.startsWith(PREFIX)) {
      rest = rest.substring(PREFIX.length());
    }
    var plain = rest;
    return Arrays.stream(values()).anyMatch(tool -> tool.plain.equals(plain));
  }
}
