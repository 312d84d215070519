package dev.sluice.mcp.codemode;

import dev.sluice.mcp.sandbox.ToolName;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// All tools of a caller as files of declarations, one a server, in the order of their names.
public final class ToolFiles {
  private static final Comparator<DeclaredTool> BY_NAME =
      Comparator.comparing(tool -> tool.name().tool());
  private static final int SUMMARY_CHARS_MAX = 400;
  private static final int TREE_SUMMARY_CHARS_MAX = 80;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Map<String, List<DeclaredTool>> servers = new TreeMap<>();

  public ToolFiles(List<DeclaredTool> tools) {
    for (var tool : tools) {
      servers.computeIfAbsent(tool.name().server(), _ -> new ArrayList<>()).add(tool);
    }
    servers.values().forEach(list -> list.sort(BY_NAME));
  }

  /// The names, in the order in which they are listed.
  public List<ToolName> names() {
    return servers.values().stream().flatMap(List::stream).map(DeclaredTool::name).toList();
  }

  /// How much a tree says of each tool.
  public enum Detail {
    NAMES,
    SUMMARIES
  }

  /// The tree of servers and tools.
  public String tree(Detail detail) {
    var tree = new StringBuilder();
    servers.forEach(
        (server, tools) -> {
          tree.append(path(server)).append(" (").append(lines(server).size()).append(" lines)\n");
          for (var tool : tools) {
            tree.append("  ")
                .append(TypeScriptText.key(tool.name().tool()))
                .append(summary(tool, detail));
            tree.append('\n');
          }
        });
    return tree.toString();
  }

  private static String summary(DeclaredTool tool, Detail detail) {
    var text =
        switch (detail) {
          case NAMES -> "";
          case SUMMARIES -> Prose.summary(tool.description(), TREE_SUMMARY_CHARS_MAX);
        };
    return text.isEmpty() ? "" : ": " + text.replace('\n', ' ');
  }

  /// Some lines of a file.
  ///
  /// @param from the first, from 1; below 1 is 1
  /// @param to the last; beyond the end is the end
  public Reading read(String path, int from, int to) {
    var server = servers.keySet().stream().filter(name -> path(name).equals(path)).findFirst();
    if (server.isEmpty()) {
      return new Reading.NoFile(servers.keySet().stream().map(ToolFiles::path).toList());
    }
    var lines = lines(server.get());
    int first = Math.clamp(from, 1, lines.size() + 1);
    int last = Math.clamp(to, first - 1, lines.size());
    return new Reading.Lines(lines.subList(first - 1, last), first, lines.size());
  }

  /// What reading a file gives.
  public sealed interface Reading {

    /// Lines of the file.
    ///
    /// @param lines some of them
    /// @param first the number of the first of them
    /// @param total how many the file has
    record Lines(List<String> lines, int first, int total) implements Reading {}

    /// There is no such file.
    ///
    /// @param paths all there are
    record NoFile(List<String> paths) implements Reading {}
  }

  /// All that is known of a tool: how it is called, its whole description, its schemas.
  public Optional<String> docs(ToolName name) {
    return servers.getOrDefault(name.server(), List.of()).stream()
        .filter(tool -> tool.name().equals(name))
        .findFirst()
        .map(ToolFiles::docs);
  }

  private static String docs(DeclaredTool tool) {
    var docs = new StringBuilder("await servers");
    docs.append(TypeScriptText.access(tool.name().server()))
        .append(TypeScriptText.access(tool.name().tool()));
    docs.append(signature(tool, 0)).append("\n");
    var description = Prose.clean(tool.description());
    if (!description.isEmpty()) {
      docs.append('\n').append(description).append('\n');
    }
    docs.append("\nSchema of its input:\n").append(json(tool.input())).append('\n');
    if (tool.output() != null) {
      docs.append("\nSchema of its result:\n").append(json(tool.output())).append('\n');
    }
    return docs.toString();
  }

  private static String json(JsonNode schema) {
    return TypeScriptText.escaped(JSON.writeValueAsString(schema));
  }

  private List<String> lines(String server) {
    var lines = new ArrayList<String>();
    lines.add("interface Servers {");
    lines.add("  " + TypeScriptText.key(server) + ": {");
    for (var tool : servers.getOrDefault(server, List.of())) {
      for (var line : Prose.comment(Prose.summary(tool.description(), SUMMARY_CHARS_MAX))) {
        lines.add("    " + line);
      }
      var declaration = TypeScriptText.key(tool.name().tool()) + signature(tool, 4) + ";";
      lines.addAll(("    " + declaration).lines().toList());
    }
    lines.add("  };");
    lines.add("}");
    return List.copyOf(lines);
  }

  private static String signature(DeclaredTool tool, int indent) {
    boolean optional = tool.input().path("required").isEmpty();
    var output = tool.output() == null ? "unknown" : Types.of(tool.output(), indent);
    return "(input%s: %s): Promise<%s>"
        .formatted(optional ? "?" : "", Types.of(tool.input(), indent), output);
  }

  static String path(String server) {
    return "servers/" + URLEncoder.encode(server, StandardCharsets.UTF_8) + ".d.ts";
  }
}
