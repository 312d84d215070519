package dev.sluice.extproc.translate;

import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.reply.Answer;
import dev.sluice.extproc.watch.AnswerHead;
import java.util.function.Function;

/// The way back of the answer to a request that its provider does not understand as it is. Not
/// thread-safe.
public interface WayBack {

  /// What becomes of an answer.
  sealed interface Fate {

    /// Nothing: it is in the client's words, and passes.
    record AsItIs() implements Fate {}

    /// It is read while it passes.
    sealed interface Passed extends Fate {
      Passing passing();
    }

    /// A stream of events.
    record Stream(Passing passing) implements Passed {}

    /// One document.
    record Whole(Passing passing) implements Passed {}

    /// It is read to its end before anything passes.
    ///
    /// @param instead what goes in its place
    record Kept(Function<Body, Answer> instead) implements Fate {}

    /// Its head says enough.
    record Replaced(Answer answer) implements Fate {}
  }

  /// An answer that is read while it passes.
  interface Passing {

    /// What a part of the answer comes to.
    byte[] read(Body part, boolean last);

    /// Whether nothing of it is missing but its end.
    boolean isWhole();
  }

  Fate begins(AnswerHead head);
}
