package dev.sluice.mcp.sandbox;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How a run ended. What was printed until then is always kept.
public sealed interface Outcome {

  /// Lines that the program printed, each with its end; of too many, the first ones and a note.
  String printed();

  /// The program came to its end.
  ///
  /// @param json what it returned; null where that was nothing
  /// @param unawaited calls that it did not wait for
  /// @param leftOutBytes of what it returned; if any, `json` is only the beginning of it
  record Returned(@Nullable String json, String printed, Unawaited unawaited, long leftOutBytes)
      implements Outcome {}

  /// Calls that a program did not wait for: those that ran were let finish, within the wall time,
  /// and those that waited for their turn were not made.
  ///
  /// @param first where the first of them was made; empty where that is not known
  record Unawaited(int calls, Optional<Place> first) {
    public static final Unawaited NONE = new Unawaited(0, Optional.empty());
  }

  /// The program has an error, or met one that it did not catch.
  record Failed(ProgramError error, String printed) implements Outcome {}

  /// A limit ended the run.
  record Stopped(Exceeded exceeded, String printed) implements Outcome {}

  /// The engine broke off; the cause is in the log. A program that tampers with what the engine
  /// stands on can bring this about.
  record Broken(String printed) implements Outcome {}

  /// An error of a program, for who wrote it.
  ///
  /// @param name `TypeError` and the like; empty where something else was thrown
  /// @param place in the program; empty where the error has none
  /// @param hint what to do about it; empty where there is nothing to say
  record ProgramError(String name, String message, Optional<Place> place, String hint) {

    /// In one piece, for a model.
    public String sentence() {
      boolean both = !name.isEmpty() && !message.isEmpty();
      var text = new StringBuilder(both ? name + ": " + message : name + message);
      place.ifPresent(at -> text.append(" (line ").append(at.line()).append(at.in()).append(')'));
      if (!hint.isEmpty()) {
        text.append(". ").append(hint);
      }
      return text.toString();
    }
  }

  /// A line and a column, both from 1; a column of 0 is not known.
  record Place(int line, int column) {
    private String in() {
      return column == 0 ? "" : ", column " + column;
    }
  }
}
