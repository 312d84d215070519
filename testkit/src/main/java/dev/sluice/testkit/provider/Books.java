package dev.sluice.testkit.provider;

import dev.sluice.testkit.billing.BillBook;
import dev.sluice.testkit.script.ScriptBook;

/// What a simulated provider is told, and what it notes down.
public record Books(ScriptBook scripts, Recorder recorder, BillBook bill, InFlight inFlight) {

  public static Books of(Retention retention) {
    return new Books(
        new ScriptBook(),
        new Recorder(retention),
        new BillBook(retention.billEntriesMax()),
        new InFlight());
  }
}
