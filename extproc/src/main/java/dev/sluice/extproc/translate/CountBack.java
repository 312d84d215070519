package dev.sluice.extproc.translate;

import dev.sluice.extproc.count.CountEstimate;
import dev.sluice.extproc.count.Uncounted;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.reply.Answer;
import dev.sluice.extproc.watch.AnswerHead;
import dev.sluice.wire.anthropic.MalformedBodyException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The way back of a count of tokens. Whatever failed, the client is told the estimate: an error
/// would make it ask by requests that cost money.
public record CountBack(
    Exchange.Facts facts, Counting.Answers answers, CountEstimate estimate, Uncounted uncounted)
    implements WayBack {

  private static final Logger LOG = LoggerFactory.getLogger(CountBack.class);

  @Override
  public Fate begins(AnswerHead head) {
    if (head.byProvider() && head.isGood() && !head.complete()) {
      return head.compressed()
          ? new Fate.Replaced(estimated("compressed"))
          : new Fate.Kept(this::instead);
    }
    if (head.byProvider()) {
      uncounted.note(facts, head.statusCode());
    }
    return new Fate.Replaced(estimated("status " + head.status()));
  }

  private Answer instead(Body body) {
    try {
      long tokens = answers.tokens(body.bytes(), body.offset(), body.length());
      return CountEstimate.counted(facts.requestId(), tokens);
    } catch (MalformedBodyException e) {
      return estimated(String.valueOf(e.getMessage()));
    }
  }

  private Answer estimated(String why) {
    return estimated(facts, estimate, why);
  }

  static Answer estimated(Exchange.Facts facts, CountEstimate estimate, String why) {
    LOG.atInfo()
        .addKeyValue("requestId", facts.requestId())
        .addKeyValue("provider", facts.route().upstream().name().label())
        .addKeyValue("modelServed", facts.route().model().name())
        .addKeyValue("why", why)
        .log("a count of tokens is estimated");
    return estimate.answer(facts);
  }
}
