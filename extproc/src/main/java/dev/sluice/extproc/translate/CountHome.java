package dev.sluice.extproc.translate;

import dev.sluice.extproc.count.CountEstimate;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.watch.AnswerHead;

/// The way back of a count of tokens at Anthropic: its answer passes, also where it says what is
/// wrong with the request. Where nobody answered, or cannot for now, the client is told the
/// estimate.
public record CountHome(Exchange.Facts facts, CountEstimate estimate) implements WayBack {

  @Override
  public Fate begins(AnswerHead head) {
    int status = head.statusCode();
    boolean forNow = status >= 500 || status == 429 || status == 408;
    return head.byProvider() && !forNow
        ? new Fate.AsItIs()
        : new Fate.Replaced(CountBack.estimated(facts, estimate, "status " + head.status()));
  }
}
