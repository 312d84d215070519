package dev.sluice.extproc.flow;

import dev.sluice.extproc.count.CountEstimate;
import dev.sluice.extproc.count.Uncounted;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.exchange.Exchanges;
import dev.sluice.extproc.reply.Reply;
import dev.sluice.extproc.translate.CountBack;
import dev.sluice.extproc.translate.Counting;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A count of tokens at a provider of another language: asked where it has a count, else estimated.
/// Nothing is held for it.
public final class CountsAbroad {

  /// Longer, nobody waits for a number.
  private static final Duration WAIT_MAX = Duration.ofSeconds(10);

  private final Exchanges exchanges;
  private final CountEstimate estimate;
  private final Uncounted uncounted;

  public CountsAbroad(Exchanges exchanges, CountEstimate estimate, Uncounted uncounted) {
    this.exchanges = exchanges;
    this.estimate = estimate;
    this.uncounted = uncounted;
  }

  static boolean isOne(Exchange.Facts facts) {
    return facts.endpoint() == Endpoint.COUNT_TOKENS
        && !facts.route().upstream().service().speaksMessages();
  }

  /// @param body null where Java does not have it
  Reply<Pending> reply(Admission admission, Exchange.Facts facts, @Nullable Body body) {
    if (!Counting.isSpoken(facts) || uncounted.has(facts)) {
      return estimated(admission, facts);
    }
    if (body == null) {
      return new Reply.ReadBody<>(new Pending.Unread(admission));
    }
    var counting = Counting.prepare(facts, admission.dialect(), body);
    if (counting == null) {
      return estimated(admission, facts);
    }
    exchanges.open(new Exchange(facts));
    var back = new CountBack(facts, counting.answers(), estimate, uncounted);
    return new Reply.Watch<>(forward(facts, counting), new Pending.Translated(back));
  }

  private Reply<Pending> estimated(Admission admission, Exchange.Facts facts) {
    return RequestFlow.answer(
        estimate.answer(facts), RequestFlow.asked(admission, facts.request().model()));
  }

  private static Reply.Forward<Pending> forward(Exchange.Facts facts, Counting counting) {
    var provider = facts.route().upstream();
    var question = counting.question();
    var patience = provider.timeouts().firstByte();
    return new Reply.Forward<>(
        provider.name(),
        facts.route().account(),
        List.of(),
        Dispatcher.prefix(provider) + question.path(),
        question.body(),
        List.of(),
        patience.compareTo(WAIT_MAX) < 0 ? null : WAIT_MAX,
        null,
        question.headers().get("anthropic-beta"),
        null);
  }
}
