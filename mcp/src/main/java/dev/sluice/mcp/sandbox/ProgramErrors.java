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
  // JSON.parse notes a place in its text as if it were the program.
  private static final Pattern OWN =
      Pattern.compile("<input>:(\\d{1,7})(?::(\\d{1,7}))?+(?!\\)?\\s+at parse \\(native\\))");
  private static final Pattern NAMED =
      Pattern.compile(
          "property '([\\w$]{1,100})' of|^[\\w$.-]{1,100} has no ([\\w$]{1,100});"
              + "|^'?([\\w$]{1,100})'? is not (?:defined|init)");
  private static final Pattern AWAIT = Pattern.compile("\\bawait\\b");
  private static final Pattern THROW = Pattern.compile("\\bthrow\\b");
  private static final Pattern RETURN = Pattern.compile("\\breturn\\b");
  private static final Pattern IMPORT = Pattern.compile("\\bimport\\b");

  private ProgramErrors() {}

  /// @param underWay calls whose answers had not come
  static ProgramError of(Thrown thrown, Program program, int underWay) {
    var code = program.code();
    var place =
        noted(thrown.stack(), code)
            .map(at -> sought(at, thrown.message(), code))
            .or(() -> guessed(thrown, code));
    var line = line(place, code);
    if (thrown.cause().equals("syntax") && Hints.lacksAsync(thrown.message(), line)) {
      place = place.map(at -> found(AWAIT, code, at.line(), 0).orElse(at));
    }
    var hint = Hints.of(thrown, line.strip(), program, underWay);
    return new ProgramError(thrown.name(), thrown.message(), place, hint);
  }

  /// The innermost place of the program that a stack names.
  static Optional<Place> noted(String stack, String code) {
    var lines = code.split("\\R", -1);
    var own = OWN.matcher(stack);
    var last = Optional.<Place>empty();
    while (own.find()) {
      int line = Integer.parseInt(own.group(1)) - LINES_BEFORE;
      int column = own.group(2) == null ? 0 : Integer.parseInt(own.group(2));
      if (line > lines.length) {
        return last;
      }
      last = Optional.of(line < 1 ? new Place(1, 0) : new Place(line, column));
      // A class without a constructor of its own stands for its constructor.
      if (line < 1 || column < 1 || !lines[line - 1].startsWith("class ", column - 1)) {
        return last;
      }
    }
    return last;
  }

  /// QuickJS notes where calls and statements begin, but not where a name or a property is read: of
  /// these it tells the last place that it noted. The name is sought from there on.
  private static Place sought(Place noted, String message, String code) {
    var named = NAMED.matcher(message);
    if (!named.find()) {
      return noted;
    }
    var name = named.group(3);
    var property = named.group(1) == null ? named.group(2) : named.group(1);
    var read =
        name == null
            ? Pattern.compile("(?<=[.'\"])" + Pattern.quote(String.valueOf(property)))
            : Pattern.compile("(?<![\\w$.])" + Pattern.quote(name));
    return found(read, code, noted.line(), Math.max(0, noted.column() - 1)).orElse(noted);
  }

  /// @param from a line, from 1
  /// @param skipped characters of it
  private static Optional<Place> found(Pattern sought, String code, int from, int skipped) {
    var lines = code.split("\\R", -1);
    for (int i = from - 1; i < lines.length; i++) {
      var found = sought.matcher(lines[i]);
      int begin = i == from - 1 ? skipped : 0;
      if (begin <= lines[i].length() && found.find(begin)) {
        return Optional.of(new Place(i + 1, found.start() + 1));
      }
    }
    return Optional.empty();
  }

  /// Of what has no stack: the one word of the program that can have brought it about.
  private static Optional<Place> guessed(Thrown thrown, String code) {
    if (thrown.cause().equals("result")) {
      return only(RETURN, code);
    }
    if (thrown.message().startsWith("could not load module")) {
      return only(IMPORT, code);
    }
    return thrown.name().isEmpty() ? only(THROW, code) : Optional.empty();
  }

  private static Optional<Place> only(Pattern word, String code) {
    return word.matcher(code).results().count() == 1 ? found(word, code, 1, 0) : Optional.empty();
  }

  private static String line(Optional<Place> place, String code) {
    return place.flatMap(at -> code.lines().skip(at.line() - 1L).findFirst()).orElse("");
  }
}
