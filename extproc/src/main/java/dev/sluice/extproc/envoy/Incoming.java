package dev.sluice.extproc.envoy;

/// What Envoy says about a request and its answer.
sealed interface Incoming {

  /// @param attempt 1 for the first, and before any
  record Head(dev.sluice.extproc.decode.Head head, int attempt) implements Incoming {}

  record Body(dev.sluice.extproc.decode.Body body) implements Incoming {}

  record AnswerHead(dev.sluice.extproc.watch.AnswerHead head) implements Incoming {}

  /// A part of the answer; `last` where nothing follows.
  record AnswerPart(dev.sluice.extproc.decode.Body part, boolean last) implements Incoming {}

  /// The answer's trailers, which end it.
  record AnswerTrailers() implements Incoming {}

  /// What the configuration does not ask for, such as trailers.
  record Other() implements Incoming {}
}
