package dev.sluice.extproc.exchange;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.refusal.RefusedModel;
import dev.sluice.extproc.decode.Client;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.route.Route;
import dev.sluice.wire.anthropic.BodyOutline;
import dev.sluice.wire.anthropic.LooseBound;
import dev.sluice.wire.anthropic.MessagesRequest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One request and its answer. It owns its hold, and ends it exactly once, whatever happens: the
/// request can end while the hold is still being taken, and then whoever took it ends it.
public final class Exchange {

  /// What is known of a request once it may be sent.
  ///
  /// @param bound the most that it can cost; with the output that it asks for
  /// @param watchable whether all that is written shows while it is written
  /// @param attempt 1 for the first
  public record Facts(
      String requestId,
      Instant startedAt,
      Endpoint endpoint,
      KeyPolicy key,
      Client client,
      MessagesRequest request,
      Route route,
      LooseBound bound,
      boolean watchable,
      String priceVersion,
      int attempt) {

    /// Whether the provider knows the model by another name than the request says.
    public boolean isRenamed() {
      return !route.model().upstreamName().equals(request.model());
    }

    /// What a refusal is about.
    public RefusedModel model() {
      return new RefusedModel(route.model().name(), request.model());
    }

    /// The same request for the model of another route.
    public Facts with(Route other, LooseBound itsBound) {
      return new Facts(
          requestId,
          startedAt,
          endpoint,
          key,
          client,
          request,
          other,
          itsBound,
          watchable,
          priceVersion,
          attempt);
    }

    /// The same request, with an answer that nobody watches.
    public Facts unwatched() {
      return new Facts(
          requestId,
          startedAt,
          endpoint,
          key,
          client,
          request,
          route,
          bound,
          false,
          priceVersion,
          attempt);
    }

    /// What its holds are called: one for a cheaper model or another attempt is another one.
    public String holdName() {
      var attempted = attempt == 1 ? requestId : requestId + ".attempt" + attempt;
      return route.insteadOf() == null ? attempted : attempted + "." + route.model().name();
    }

    /// Whether a hold must be taken: a count of tokens is free, and without a limit nothing binds.
    public boolean needsHold() {
      return endpoint.isBilled() && !route.limits().isEmpty();
    }
  }

  /// What the ledger holds for the exchange.
  ///
  /// @param id under which the ledger knows it
  /// @param bound with the output that it pays for
  /// @param outputTokensMax that the answer may have; more than the hold pays for where it is
  ///   extended while the answer passes
  /// @param outline of the body, where the bound rests on it
  /// @param countedTokensMax what the provider counted as its input, with the margin
  public record Hold(
      String id,
      NanoUsd amount,
      LooseBound bound,
      long outputTokensMax,
      @Nullable BodyOutline outline,
      @Nullable Long countedTokensMax) {

    /// Whether it is to be extended.
    public boolean isElastic() {
      return bound.outputTokens() < outputTokensMax;
    }

    public Hold extended(NanoUsd total, LooseBound paid) {
      return new Hold(id, total, paid, outputTokensMax, outline, countedTokensMax);
    }
  }

  /// How an answer was put into the client's words.
  public interface Words {

    /// The usage in the provider's own words; null where it told none.
    ///
    /// @param passed what the client was told
    @Nullable JsonNode usage(@Nullable JsonNode passed);

    /// What was seen of it.
    default Seen seen() {
      return Seen.NOTHING;
    }
  }

  private final Facts facts;
  private volatile Words words = passed -> passed;
  private @Nullable Hold hold;
  private boolean unledgered;
  private boolean ended;
  private volatile long writtenTokens;
  private volatile int errorStatus;

  public Exchange(Facts facts) {
    this.facts = facts;
  }

  public Facts facts() {
    return facts;
  }

  /// The answer is put into other words.
  public void answeredIn(Words others) {
    words = others;
  }

  public Words words() {
    return words;
  }

  /// Hands the exchange its hold.
  ///
  /// @return false where the request has ended meanwhile: then the caller ends the hold
  public synchronized boolean take(Hold taken) {
    if (ended) {
      return false;
    }
    hold = taken;
    return true;
  }

  /// The hold's id in the ledger; null where there is none, or not yet.
  public synchronized @Nullable String holdId() {
    return hold == null ? null : hold.id();
  }

  /// Puts the hold as it was extended in place of the one before; after the end it changes nothing.
  public synchronized void extend(Hold extended) {
    if (!ended) {
      hold = extended;
    }
  }

  /// The output that the provider had written by an estimate while the answer was watched; what was
  /// kept back then does not reach the meter. 0 for others.
  public long writtenTokens() {
    return writtenTokens;
  }

  public void written(long tokens) {
    writtenTokens = tokens;
  }

  /// With which the provider began an error, though the client perhaps got something else in its
  /// place. 0 for others.
  public int errorStatus() {
    return errorStatus;
  }

  public void failed(int status) {
    errorStatus = status;
  }

  /// It goes on without a hold, and is charged at its end.
  public synchronized void goUnledgered() {
    unledgered = true;
  }

  public synchronized boolean isUnledgered() {
    return unledgered;
  }

  public synchronized boolean hasEnded() {
    return ended;
  }

  /// Ends the exchange.
  ///
  /// @return the hold, which the caller now ends; null where there is none, or not yet
  public synchronized @Nullable Hold end() {
    ended = true;
    var last = hold;
    hold = null;
    return last;
  }
}
