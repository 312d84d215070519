package dev.sluice.extproc.watch;

import dev.sluice.extproc.answer.RefusalAnswers;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.metrics.Meters;
import dev.sluice.ledger.Ledger;
import dev.sluice.wire.anthropic.estimate.CutEstimator;

/// Watches answers whose holds pay for their start only.
///
/// @param estimator the one that settles answers that were cut
public record Watcher(
    Ledger ledger, CutEstimator estimator, RefusalAnswers answers, Meters meters) {

  public Watch watch(Exchange exchange, Exchange.Hold hold) {
    return new Watch(this, exchange, new Slices(ledger, exchange.facts(), hold));
  }
}
