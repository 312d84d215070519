package dev.sluice.mcp.sandbox;

import dev.sluice.mcp.sandbox.PreludeJson.Thrown;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// What to do about an error of a program; empty where there is nothing to say.
final class Hints {
  private static final Pattern MISSING = Pattern.compile("'?([\\w$]+)'? is not defined");
  private static final Pattern ABSENT =
      Pattern.compile("^([\\w$.-]{1,100}) has no (.{1,100}); it has: ", Pattern.DOTALL);
  private static final Pattern AWAIT = Pattern.compile("\\bawait\\b");
  private static final String CALLED = "Tools are called as servers.SERVER.TOOL({...}).";
  private static final String NO_MODULES =
      "There are no modules here: leave import and export out.";
  private static final Set<String> CLOCKS =
      Set.of("setTimeout", "setInterval", "setImmediate", "performance", "sleep");
  private static final Set<String> HOSTS =
      Set.of(
          "fetch",
          "axios",
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
          "document");
  private static final Set<String> PRINTERS = Set.of("print", "alert", "log", "echo");
  private static final Set<String> ROOTS =
      Set.of("tools", "tool", "server", "mcp", "client", "api", "sluice");

  private Hints() {}

  /// @param line of the program, where the error is
  static String of(Thrown thrown, String line, Program program, int underWay) {
    var cause = thrown.cause();
    if (cause.startsWith("tool ")) {
      return cause.substring("tool ".length())
          + " failed: check its input against its signature,"
          + " or catch the error if the program can go on without it.";
    }
    return switch (cause) {
      case "away" -> "Do without this server, or try again later.";
      case "input" -> "The input of a tool is one object that JSON can hold: {name: value}.";
      case "result" -> "What is returned must be a value that JSON can hold" + how(thrown);
      case "syntax" -> syntax(thrown.message(), line);
      default -> running(thrown, line, program, underWay);
    };
  }

  private static String how(Thrown thrown) {
    var message = thrown.message();
    return message.contains("BigInt")
        ? ": of a BigInt String(n)."
        : message.contains("circular") ? ": only the fields that are needed." : ".";
  }

  /// Whether there is an await in a function that is not async.
  static boolean lacksAsync(String message, String line) {
    return message.startsWith("expecting ") && AWAIT.matcher(line).find();
  }

  private static String syntax(String message, String line) {
    if (message.startsWith("an enum") || message.startsWith("a namespace")) {
      return "Write a plain object in its place: const Names = {A: \"a\"}.";
    }
    if (message.startsWith("a parameter property")) {
      return "Declare the field, and assign it in the constructor.";
    }
    if (message.startsWith("a decorator")) {
      return "Leave it out.";
    }
    if (line.startsWith("import") || line.startsWith("export")) {
      return NO_MODULES;
    }
    if (lacksAsync(message, line)) {
      return "await needs an async function: write async before the function that it stands in.";
    }
    return "The program is the body of an async function: await and return can be used anywhere.";
  }

  private static String running(Thrown thrown, String line, Program program, int underWay) {
    var message = thrown.message();
    var missing = MISSING.matcher(message);
    if (missing.find()) {
      return missing(missing.group(1), program);
    }
    var absent = ABSENT.matcher(message);
    if (absent.find()) {
      return like(absent.group(1), absent.group(2), program);
    }
    if (underWay > 0 && thrown.name().equals("TypeError")) {
      return "A call of a tool is a promise: write await before it.";
    }
    if (message.equals("not a function")) {
      return line.contains("servers")
          ? CALLED
          : "What is called there is no function: print what it is of to see its shape.";
    }
    if (message.startsWith("cannot read property") || message.contains("not iterable")) {
      return "Print the value that it is read from to see its shape.";
    }
    if (message.startsWith("could not load module")) {
      return NO_MODULES;
    }
    if (message.contains("is not initialized")) {
      return "It is used before its declaration.";
    }
    if (message.contains("is read-only")) {
      return "Declare it with let.";
    }
    return thrown.name().equals("SyntaxError") && line.contains("JSON.parse")
        ? "JSON.parse takes a text; results of tools are parsed already."
        : value(thrown);
  }

  private static String value(Thrown thrown) {
    return thrown.name().isEmpty() ? "Throw an Error in its place: its line is known." : "";
  }

  private static String missing(String name, Program program) {
    if (CLOCKS.contains(name)) {
      return "There is no clock here: a program waits for calls of tools only.";
    }
    if (HOSTS.contains(name)) {
      return "There is no network, file or host here: all there is are the tools under servers.";
    }
    if (PRINTERS.contains(name)) {
      return "Print with console.log.";
    }
    if (ROOTS.contains(name)) {
      return CALLED;
    }
    if (name.equals("eval")) {
      return "Text cannot become code here.";
    }
    return meant(name, program)
        .orElse(
            "Nothing of this name is declared;"
                + " there is the language itself here, console and servers, and no library.");
  }

  /// A tool or a server that is called by its own name alone, or as clients call it.
  private static Optional<String> meant(String name, Program program) {
    var plain = plain(name);
    Predicate<ToolName> named =
        tool ->
            plain(tool.tool()).equals(plain) || plain.endsWith(plain(tool.server() + tool.tool()));
    var tool = program.tools().stream().filter(named).findFirst().map(Hints::access);
    var server =
        program.tools().stream()
            .map(ToolName::server)
            .filter(one -> plain(one).equals(plain))
            .findFirst()
            .map(one -> "servers" + member(one) + ".TOOL");
    return tool.or(() -> server).map(access -> "Tools stand under servers: " + access + "({...}).");
  }

  /// The name that is most like one that is not there.
  private static String like(String owner, String name, Program program) {
    var plain = plain(name);
    if (owner.equals("servers")) {
      return program.tools().stream()
          .map(ToolName::server)
          .distinct()
          .filter(server -> alike(plain(server), plain))
          .findFirst()
          .map(server -> "servers" + member(server) + " is there.")
          .orElse("");
    }
    Predicate<ToolName> own = tool -> tool.server().equals(owner);
    Predicate<ToolName> alike = tool -> alike(plain(tool.tool()), plain);
    Predicate<ToolName> same = tool -> plain(tool.tool()).equals(plain);
    return first(program, own.and(same))
        .or(() -> first(program, own.and(alike)))
        .or(() -> first(program, same))
        .map(tool -> access(tool) + " is there.")
        .orElse("");
  }

  private static Optional<ToolName> first(Program program, Predicate<ToolName> fits) {
    return program.tools().stream().filter(fits).findFirst();
  }

  private static boolean alike(String one, String other) {
    int shorter = Math.min(one.length(), other.length());
    int longer = Math.max(one.length(), other.length());
    if (shorter < 2) {
      return false;
    }
    return one.startsWith(other)
        || other.startsWith(one)
        || (longer - shorter <= 1 && shorter > 3 && ends(one, other) >= longer - 1);
  }

  /// How many characters are the same from both ends: all but one where one is wrong or missing.
  private static int ends(String one, String other) {
    int shorter = Math.min(one.length(), other.length());
    int begin = 0;
    while (begin < shorter && one.charAt(begin) == other.charAt(begin)) {
      begin++;
    }
    int end = 0;
    while (end < shorter - begin
        && one.charAt(one.length() - 1 - end) == other.charAt(other.length() - 1 - end)) {
      end++;
    }
    return begin + end;
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  private static String access(ToolName tool) {
    return "servers" + member(tool.server()) + member(tool.tool());
  }

  private static String member(String name) {
    return name.matches("[A-Za-z_$][A-Za-z0-9_$]*") ? "." + name : "[\"" + name + "\"]";
  }
}
