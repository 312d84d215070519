package dev.sluice.prove;

/// One sentence of the promise, with its figures: it holds, or it does not.
record Verdict(Promise promise, boolean holds, String sentence) {

  /// What is promised.
  enum Promise {
    NEVER_OVER,
    NEVER_BELOW_THE_BILL,
    EXACT,
    DEAD_GATEWAY_COVERED,
    USABLE
  }
}
