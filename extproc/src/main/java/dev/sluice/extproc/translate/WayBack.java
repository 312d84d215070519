package dev.sluice.extproc.translate;

import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.reply.Answer;
import dev.sluice.extproc.watch.AnswerHead;

/// The way back of the answer to a request that its provider does not understand as it is. Not
/// thread-safe.
public interface WayBack {

  /// What becomes of an answer.
  sealed interface Fate {

    /// Nothing: it is in the client's words, and passes.
    record AsItIs() implements Fate {}

    /// It is read while it passes ([#read(Body, boolean)]): a stream of events.
    record Stream() implements Fate {}

    /// The same, of one document.
    record Whole() implements Fate {}

    /// It is read to its end before anything passes ([#instead(Body)]).
    record Kept() implements Fate {}

    /// Its head says enough.
    record Replaced(Answer answer) implements Fate {}
  }

  Fate begins(AnswerHead head);

  /// What a part of the answer comes to.
  byte[] read(Body part, boolean last);

  /// Whether nothing of an answer that is read while it passes is missing but its end.
  boolean isWhole();

  /// In the place of an answer that was kept.
  Answer instead(Body body);
}
