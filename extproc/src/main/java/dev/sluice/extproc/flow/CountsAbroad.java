package dev.sluice.extproc.flow;

import dev.sluice.core.policy.Upstream;
import dev.sluice.extproc.count.CountEstimate;
import dev.sluice.extproc.count.Uncounted;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.exchange.Exchanges;
import dev.sluice.extproc.reply.Reply;
import dev.sluice.extproc.translate.CountBack;
import dev.sluice.extproc.translate.CountHome;
import dev.sluice.extproc.translate.Counting;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A count of tokens: asked where the provider has a count, else estimated; at a provider of
/// another language in its words. Nothing is held for it.
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

  /// The same at Anthropic, which is asked as the client asks: what fails is estimated. The
  /// gateway's own counts hear of the failure: no hold rests on an estimate.
  Reply<Pending> orEstimate(Admission admission, Exchange.Facts facts, Reply<Pending> reply) {
    boolean isOne = facts.endpoint() == Endpoint.COUNT_TOKENS && admission.bound() == null;
    return isOne && reply instanceof Reply.Forward<Pending> forward
        ? new Reply.Watch<>(
            soon(facts, forward), new Pending.Translated(new CountHome(facts, estimate)))
        : reply;
  }

  private static Reply.Forward<Pending> soon(Exchange.Facts facts, Reply.Forward<Pending> forward) {
    return new Reply.Forward<>(
        forward.provider(),
        forward.account(),
        forward.others(),
        forward.path(),
        forward.body(),
        forward.headers(),
        patience(facts.route().upstream()),
        forward.holdId(),
        forward.betas(),
        forward.dialect());
  }

  /// Null where the provider's own is shorter.
  private static @Nullable Duration patience(Upstream provider) {
    return provider.timeouts().firstByte().compareTo(WAIT_MAX) < 0 ? null : WAIT_MAX;
  }

  private static Reply.Forward<Pending> forward(Exchange.Facts facts, Counting counting) {
    var provider = facts.route().upstream();
    var question = counting.question();
    return new Reply.Forward<>(
        provider.name(),
        facts.route().account(),
        List.of(),
        Dispatcher.prefix(provider) + question.path(),
        question.body(),
        List.of(),
        patience(provider),
        null,
        question.headers().get("anthropic-beta"),
        null);
  }
}
