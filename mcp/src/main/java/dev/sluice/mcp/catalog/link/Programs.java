package dev.sluice.mcp.catalog.link;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which programs may be started as servers.
public sealed interface Programs {

  record None() implements Programs {}

  record Any() implements Programs {}

  /// @param names as manifests write them: a name is not its path, nor a path another one
  record Only(Set<String> names) implements Programs {
    public Only {
      names = Set.copyOf(names);
    }
  }

  /// Why the command is not started; empty where it is.
  default Optional<String> refusal(List<String> command) {
    if (command.isEmpty() || command.getFirst().isBlank()) {
      return Optional.of("command: empty (expected: a program)");
    }
    var program = command.getFirst();
    return switch (this) {
      case None() ->
          Optional.of(
              program
                  + ": programs are not started here (expected: a gateway whose --mcp-stdio is not"
                  + " off)");
      case Any() -> Optional.empty();
      case Only(var names) ->
          names.contains(program)
              ? Optional.empty()
              : Optional.of("the program %s is not among those allowed here".formatted(program));
    };
  }
}
