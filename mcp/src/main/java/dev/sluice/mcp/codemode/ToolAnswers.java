package dev.sluice.mcp.codemode;

import dev.sluice.mcp.catalog.Visible;
import dev.sluice.mcp.codemode.ToolFiles.Detail;
import dev.sluice.mcp.codemode.ToolFiles.Reading;
import dev.sluice.mcp.codemode.run.Told;
import dev.sluice.mcp.codemode.search.ToolSearch;
import dev.sluice.mcp.sandbox.ToolName;
import dev.sluice.mcp.upstream.call.CallResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What the meta-tools tell of tools, each answer within its bounds.
///
/// @param shelf what programs may call
record ToolAnswers(Shelf shelf, CodeModeLimits.Answers limits) {
  private static final int NAME_CHARS_MAX = 500;
  private static final int LIKE_MAX = 3;

  CallResult list(Arguments arguments) throws WrongArgumentException {
    var detail = detail(arguments.text("detail", NAME_CHARS_MAX).orElse("names"));
    var server = arguments.text("server", NAME_CHARS_MAX);
    var listed = server.isPresent() ? only(server.get()) : shelf;
    var lines = listed.files().tree(detail).lines().toList();
    var text = new Bounded(limits.answerBytesMax());
    int told = text.addAll(lines);
    if (told < lines.size()) {
      text.note(
          "(%d more lines; ask for one server%s)"
              .formatted(
                  lines.size() - told,
                  switch (detail) {
                    case NAMES -> "";
                    case SUMMARIES -> ", or for names only";
                  }));
    }
    listed.away().forEach((name, why) -> text.note("(" + away(name, why) + ")"));
    return Told.result(text.text());
  }

  private static Detail detail(String text) throws WrongArgumentException {
    return switch (text) {
      case "names" -> Detail.NAMES;
      case "summaries" -> Detail.SUMMARIES;
      default -> throw WrongArgumentException.of("detail", text, "names or summaries");
    };
  }

  private Shelf only(String server) throws WrongArgumentException {
    var only = shelf.only(server);
    if (only.isEmpty()) {
      throw WrongArgumentException.of("server", server, several(shelf.servers()));
    }
    return only;
  }

  private static String away(String server, String why) {
    return "%s cannot be called now: %s".formatted(server, why);
  }

  /// One of several words, as many as can be told.
  private static String several(List<String> words) {
    return Prose.within("one of " + String.join(", ", words), 1000);
  }

  CallResult read(Arguments arguments) throws WrongArgumentException {
    var file = arguments.needed("file", NAME_CHARS_MAX);
    int from = arguments.number("from", 1, Integer.MAX_VALUE, 1);
    long most = from + limits.readLinesMax() - 1L;
    int last = (int) Math.min(most, Integer.MAX_VALUE);
    int to = Math.min(last, arguments.number("to", from, Integer.MAX_VALUE, last));
    return switch (shelf.files().read(file, from, to)) {
      case Reading.NoFile(var paths) -> {
        for (var away : shelf.unlisted().entrySet()) {
          if (file.equals(ToolFiles.path(away.getKey()))) {
            yield Told.error(away(away.getKey(), away.getValue()));
          }
        }
        throw WrongArgumentException.of("file", file, several(paths));
      }
      case Reading.Lines lines -> lines(file, lines);
    };
  }

  private CallResult lines(String file, Reading.Lines read) {
    var text = new Bounded(limits.answerBytesMax());
    int told = text.addAll(read.lines());
    if (told == 0 && !read.lines().isEmpty()) {
      // One line that is longer than an answer may be: its tool has get_tool_docs.
      text.note(Prose.within(read.lines().getFirst(), limits.answerBytesMax() / 4));
      told = 1;
    }
    if (told == 0) {
      return Told.result("// %s: %d lines".formatted(file, read.total()));
    }
    int last = read.first() + told - 1;
    if (last < read.total() || read.first() > 1) {
      var next = last < read.total() ? "; go on with from: " + (last + 1) : "";
      text.note(
          "// %s: lines %d..%d of %d%s".formatted(file, read.first(), last, read.total(), next));
    }
    return Told.result(text.text());
  }

  CallResult docs(Arguments arguments) throws WrongArgumentException {
    var asked = arguments.texts("tools", limits.docsToolsMax(), NAME_CHARS_MAX);
    var spellings = spellings();
    var files = shelf.files();
    var text = new Bounded(limits.answerBytesMax());
    int known = 0;
    for (var name : asked) {
      var tool = spellings.get(name.strip());
      if (tool == null) {
        text.note(missing(name));
        continue;
      }
      known++;
      var docs = files.docs(tool).orElse("");
      if (!text.add(docs)) {
        int bytes = docs.getBytes(StandardCharsets.UTF_8).length;
        text.note(
            "(%s: %d bytes, too many for this answer; ask for it alone, or read its signature)"
                .formatted(tool, bytes));
      }
    }
    return known == 0 ? Told.error(text.text()) : Told.result(text.text());
  }

  private String missing(String name) {
    for (var away : shelf.unlisted().entrySet()) {
      if (belongs(name.strip(), away.getKey())) {
        return Prose.within(Prose.clean(name), 200) + ": " + away(away.getKey(), away.getValue());
      }
    }
    var like =
        ToolSearch.found(name, List.copyOf(shelf.tools().values())).stream()
            .limit(LIKE_MAX)
            .map(found -> shelf.name(found).toString())
            .toList();
    return Prose.within(Prose.clean(name), 200)
        + ": there is no such tool"
        + (like.isEmpty() ? "" : "; there is " + String.join(", ", like));
  }

  private static boolean belongs(String name, String server) {
    var access = TypeScriptText.access(server);
    return Stream.of(server + ".", "servers" + access, server + "__", "servers." + server)
        .anyMatch(name::startsWith);
  }

  /// All ways to write a name that a model may come upon.
  private Map<String, ToolName> spellings() {
    var spellings = new HashMap<String, ToolName>();
    shelf
        .tools()
        .forEach(
            (name, tool) -> {
              spellings.put(name.toString(), name);
              spellings.putIfAbsent("servers." + name, name);
              spellings.putIfAbsent(Shelf.access(name), name);
              spellings.putIfAbsent(tool.name(), name);
            });
    return spellings;
  }

  CallResult search(Arguments arguments, List<Visible> tools) throws WrongArgumentException {
    var query = arguments.needed("query", limits.queryCharsMax());
    int max = arguments.number("max", 1, limits.foundToolsMax(), limits.foundTools());
    var found = ToolSearch.found(query, tools);
    if (found.isEmpty()) {
      var text = new StringBuilder("No tool of " + tools.size() + " has a word of it.");
      shelf.unlisted().forEach((server, why) -> text.append(" (" + away(server, why) + ")"));
      return Told.result(text.toString());
    }
    var told = new ArrayList<String>();
    int bytes = 0;
    for (var tool : found.subList(0, Math.min(max, found.size()))) {
      var json = TypeScriptText.escaped(definition(tool).toString());
      int more = json.getBytes(StandardCharsets.UTF_8).length + 2;
      if (bytes + more > limits.answerBytesMax()) {
        json = TypeScriptText.escaped(large(tool, more).toString());
        more = json.getBytes(StandardCharsets.UTF_8).length + 2;
      }
      bytes += more;
      told.add(json);
    }
    return Told.result(
        "{\"tools\":[%s],\"more\":%d}"
            .formatted(String.join(",\n", told), found.size() - told.size()));
  }

  /// As its server has it, with the name by which it is called here.
  private ObjectNode definition(Visible tool) {
    var definition = named(tool);
    tool.tool()
        .json()
        .properties()
        .forEach(
            member -> {
              if (!definition.has(member.getKey())) {
                definition.set(member.getKey(), member.getValue());
              }
            });
    return definition;
  }

  private ObjectNode large(Visible tool, int bytes) {
    return named(tool).put("note", "its definition has " + bytes + " bytes; search for it alone");
  }

  private ObjectNode named(Visible tool) {
    var definition = JsonNodeFactory.instance.objectNode().put("name", tool.name());
    if (Shelf.inPrograms(tool)) {
      definition.put("program", Shelf.access(shelf.name(tool)));
    }
    return definition;
  }

  /// Lines up to a number of bytes.
  private static final class Bounded {
    private final StringBuilder text = new StringBuilder();
    private final int bytesMax;
    private int bytes;

    Bounded(int bytesMax) {
      this.bytesMax = bytesMax;
    }

    /// False where it does not fit; then nothing is added.
    boolean add(String lines) {
      int more = lines.getBytes(StandardCharsets.UTF_8).length + 1;
      if (bytes + more > bytesMax) {
        return false;
      }
      note(lines);
      bytes += more;
      return true;
    }

    /// How many of them fit, from the first on.
    int addAll(List<String> lines) {
      int added = 0;
      while (added < lines.size() && add(lines.get(added))) {
        added++;
      }
      return added;
    }

    /// Adds what is said in any case.
    void note(String line) {
      text.append(line).append('\n');
    }

    String text() {
      return text.toString().stripTrailing();
    }
  }
}
