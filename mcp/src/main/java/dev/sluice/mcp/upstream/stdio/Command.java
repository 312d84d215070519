package dev.sluice.mcp.upstream.stdio;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A program and its arguments, as they are given to the system: no shell reads them.
///
/// @param environment all that it finds there, beside `PATH` and `HOME`
/// @param folder where it starts; its own empty home where there is none
public record Command(List<String> words, Map<String, String> environment, Optional<Path> folder) {

  public Command {
    words = List.copyOf(words);
    environment = Map.copyOf(environment);
    if (words.isEmpty() || words.getFirst().isBlank()) {
      throw new IllegalArgumentException("command: empty (expected: a program)");
    }
    if (words.stream().anyMatch(word -> word.indexOf(0) >= 0)) {
      throw new IllegalArgumentException("command: a word with a NUL (expected: text)");
    }
  }

  public static Command of(List<String> words) {
    return new Command(words, Map.of(), Optional.empty());
  }

  /// The program's name without its folder: what may be shown.
  String name() {
    return String.valueOf(Path.of(words.getFirst()).getFileName());
  }

  /// The texts that may be secret.
  @Override
  public String toString() {
    return "Command[" + name() + "]";
  }
}
