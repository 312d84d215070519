package dev.sluice.mcp.codemode;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/// A tool of the gateway itself, by which the tools of servers are found and called.
enum MetaTool {
  LIST_TOOLS("list_tools"),
  READ_TOOLS("read_tools"),
  GET_TOOL_DOCS("get_tool_docs"),
  RUN_CODE("run_code"),
  SEARCH_TOOLS("search_tools");

  private static final String PREFIX = "sluice_";

  private final String plain;

  MetaTool(String plain) {
    this.plain = plain;
  }

  Set<String> arguments() {
    return switch (this) {
      case LIST_TOOLS -> Set.of("detail", "server");
      case READ_TOOLS -> Set.of("file", "from", "to");
      case GET_TOOL_DOCS -> Set.of("tools");
      case RUN_CODE -> Set.of("code", "timeout_seconds", "media");
      case SEARCH_TOOLS -> Set.of("query", "max");
    };
  }

  /// Its name where no other tool has it.
  String plain() {
    return plain;
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
