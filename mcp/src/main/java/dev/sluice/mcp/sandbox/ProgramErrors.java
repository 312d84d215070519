package dev.sluice.mcp.sandbox;

import dev.sluice.mcp.sandbox.Outcome.Place;
import dev.sluice.mcp.sandbox.Outcome.ProgramError;
import dev.sluice.mcp.sandbox.PreludeJson.Thrown;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a program threw, in the words of who wrote it: its own lines, and a hint.
final class ProgramErrors {
  static final ProgramError STUCK =
      new ProgramError(
          "",
          "the program waits for a promise that nothing will resolve",
          Optional.empty(),
          "Only calls of tools can be waited for.");

  // The prelude's wrapper stands in three lines of its own before the first of the program.
  private static final int LINES_BEFORE = 3;
  private static final Pattern OWN = Pattern.compile("<input>:(\\d{1,7})(?::(\\d{1,7}))?");
  private static final Pattern NAMED =
      Pattern.compile("property '([\\w$]{1,100})' of|^'?([\\w$]{1,100})'? is not (?:defined|init)");
  private static final Pattern MISSING = Pattern.compile("'?([\\w$]+)'? is not defined");

  private ProgramErrors() {}

  /// @param underWay calls whose answers had not come
  static ProgramError of(Thrown thrown, Program program, int underWay) {
    var noted = noted(thrown.stack(), program.code());
    var place = noted.map(at -> sought(at, thrown.message(), program.code()));
    return new ProgramError(
        thrown.name(),
        thrown.message(),
        place,
        hint(thrown, line(place, program.code()), program, underWay));
  }

  /// The innermost place of the program that the stack names.
  private static Optional<Place> noted(String stack, String code) {
    var own = OWN.matcher(stack);
    if (!own.find()) {
      return Optional.empty();
    }
    int line = Integer.parseInt(own.group(1)) - LINES_BEFORE;
    int column = own.group(2) == null ? 0 : Integer.parseInt(own.group(2));
    if (line > code.lines().count()) {
      return Optional.empty();
    }
    return Optional.of(line < 1 ? new Place(1, 0) : new Place(line, column));
  }

  /// QuickJS notes where calls and statements begin, but not where a name or a property is read: of
  /// these it tells the last place that it noted. The name is sought from there on.
  private static Place sought(Place noted, String message, String code) {
    var named = NAMED.matcher(message);
    if (!named.find()) {
      return noted;
    }
    var name = Pattern.quote(named.group(1) == null ? named.group(2) : named.group(1));
    var read = Pattern.compile((named.group(1) == null ? "(?<![\\w$.])" : "(?<=[.'\"])") + name);
    var lines = code.split("\\R", -1);
    for (int i = noted.line() - 1; i < lines.length; i++) {
      var found = read.matcher(lines[i]);
      int from = i == noted.line() - 1 ? Math.max(0, noted.column() - 1) : 0;
      if (from <= lines[i].length() && found.find(from)) {
        return new Place(i + 1, found.start() + 1);
      }
    }
    return noted;
  }

  private static String line(Optional<Place> place, String code) {
    return place.flatMap(at -> code.lines().skip(at.line() - 1L).findFirst()).orElse("").strip();
  }

  private static String hint(Thrown thrown, String line, Program program, int underWay) {
    return switch (thrown.cause()) {
      case "tool" -> "The tool failed; catch the error if the program can go on without it.";
      case "away" -> "Do without this server, or try again later.";
      case "result" -> "What is returned must be a value that JSON can hold.";
      case "syntax" -> syntax(line);
      default -> {
        var hint = missing(thrown.message(), program);
        yield hint.isEmpty() && underWay > 0 && thrown.name().equals("TypeError")
            ? "A call of a tool is a promise: write await before it."
            : hint;
      }
    };
  }

  private static String syntax(String line) {
    if (line.startsWith("import") || line.startsWith("export")) {
      return "There are no modules here: leave import and export out.";
    }
    return "The program is the body of an async function: await and return can be used anywhere.";
  }

  private static String missing(String message, Program program) {
    var missing = MISSING.matcher(message);
    if (!missing.find()) {
      return message.equals("not a function")
          ? "Tools are called as servers.SERVER.TOOL({...})."
          : "";
    }
    return switch (missing.group(1)) {
      case "setTimeout", "setInterval", "setImmediate", "performance" ->
          "There is no clock here: a program waits for calls of tools only.";
      case "fetch",
          "XMLHttpRequest",
          "WebSocket",
          "require",
          "process",
          "Buffer",
          "module",
          "exports",
          "Deno",
          "Bun",
          "fs",
          "window",
          "document" ->
          "There is no network, file or host here: all there is are the tools under servers.";
      case "eval" -> "Text cannot become code here.";
      default -> meant(missing.group(1), program);
    };
  }

  /// A tool or a server that is called by its own name alone.
  private static String meant(String name, Program program) {
    return program.tools().stream()
        .filter(tool -> tool.tool().equals(name) || tool.server().equals(name))
        .findFirst()
        .map(
            tool ->
                "Tools stand under servers: servers"
                    + member(tool.server())
                    + (tool.tool().equals(name) ? "." + name : ".TOOL")
                    + "({...}).")
        .orElse("");
  }

  private static String member(String server) {
    return server.contains("-") || server.contains(".") ? "[\"" + server + "\"]" : "." + server;
  }
}
