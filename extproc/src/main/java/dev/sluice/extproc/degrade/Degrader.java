package dev.sluice.extproc.degrade;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.policy.Ladder;
import dev.sluice.core.policy.Model;
import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.degrade.Conversations.Conversation;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.policy.ModelPolicy;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.extproc.route.Router;
import dev.sluice.extproc.translate.Bounds;
import dev.sluice.wire.anthropic.LooseBound;
import dev.sluice.wire.anthropic.RequestShape;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Puts a cheaper model in place of the asked one, where a ladder of the key says so and the model
/// takes the request unchanged but for its name.
///
/// A conversation moves only while it holds no thoughts: those are signed for the model that had
/// them. So it is the start of one that is degraded, and what was degraded stays so.
public final class Degrader {

  /// A conversation that was forgotten goes back to the asked model.
  private static final int CONVERSATIONS_MAX = 20_000;

  private final Filled filled;
  private final Conversations conversations = new Conversations(CONVERSATIONS_MAX);

  /// How full budgets are, as far as is known where it is asked.
  @FunctionalInterface
  public interface Filled {

    /// Whether so much of the ceiling of one of them is posted.
    boolean isPosted(List<Budget> some, long percent);
  }

  public Degrader(Filled filled) {
    this.filled = filled;
  }

  /// Whether another model may serve the request, so that its body must be looked at.
  public boolean needsBody(Exchange.Facts facts) {
    return applies(facts) && (isReached(facts) || !conversations.isEmpty());
  }

  /// Whoever does not name its session is left alone: its next turn could not be told from that of
  /// another conversation.
  private static boolean applies(Exchange.Facts facts) {
    return facts.endpoint() == Endpoint.MESSAGES
        && facts.client().sessionId() != null
        && !facts.key().ladders().isEmpty();
  }

  private boolean isReached(Exchange.Facts facts) {
    return facts.key().ladders().stream().anyMatch(ladder -> reached(ladder).findAny().isPresent());
  }

  private Stream<Ladder.Step> reached(Ladder ladder) {
    return ladder.steps().stream().filter(step -> filled.isPosted(ladder.budgets(), step.at()));
  }

  /// The facts with the model that serves: the asked one, or a cheaper one.
  public Exchange.Facts degrade(Exchange.Facts facts, Body body) {
    if (!applies(facts)) {
      return facts;
    }
    var shape = RequestShape.of(body.bytes(), body.offset(), body.length());
    var conversation = Conversation.of(facts, shape);
    if (conversation == null) {
      return facts;
    }
    var model = model(facts, shape, conversation);
    if (model != null) {
      return degraded(facts, model, conversation);
    }
    conversations.remove(conversation);
    return facts;
  }

  /// A conversation stays with the model that took it over as long as it holds thoughts, or a step
  /// is reached. Else the nearest ladder decides, the key's before its teams', by the highest step
  /// that is reached and whose model takes the request.
  private @Nullable Model model(
      Exchange.Facts facts, RequestShape shape, Conversation conversation) {
    var known = conversations.model(conversation);
    var stays = known == null ? null : candidate(facts, shape, known);
    if (stays != null && (shape.thoughts() || isReached(facts))) {
      return stays;
    }
    return shape.thoughts()
        ? null
        : facts.key().ladders().stream()
            .flatMap(this::reached)
            .map(step -> candidate(facts, shape, step.model()))
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
  }

  /// Whether a request that money refused for good may fit with a cheaper model.
  public boolean mayHelp(Exchange.Facts facts, Throwable failure) {
    var refused = Refused.in(failure);
    return applies(facts)
        && refused != null
        && refused.refusal() instanceof Refusal.BudgetExhausted(var balance, _)
        && balance.ceiling().moreThan(balance.posted());
  }

  /// Where money refused the request for good: the facts with the cheapest model of all steps,
  /// whether reached or not, since only money that is really spent refuses. Null without one.
  public Exchange.@Nullable Facts lastResort(
      Exchange.Facts facts, @Nullable Body body, Throwable failure) {
    if (body == null || !mayHelp(facts, failure)) {
      return null;
    }
    var shape = RequestShape.of(body.bytes(), body.offset(), body.length());
    var conversation = Conversation.of(facts, shape);
    if (conversation == null || shape.thoughts()) {
      return null;
    }
    return facts.key().ladders().stream()
        .flatMap(ladder -> ladder.steps().stream())
        .map(step -> candidate(facts, shape, step.model()))
        .filter(Objects::nonNull)
        .map(model -> with(facts, model))
        .min(Comparator.comparing(other -> other.bound().cost(other.route().price())))
        .map(other -> degraded(facts, other.route().model(), conversation))
        .orElse(null);
  }

  private Exchange.Facts degraded(Exchange.Facts facts, Model model, Conversation conversation) {
    conversations.put(conversation, model.name());
    return with(facts, model);
  }

  private static Exchange.Facts with(Exchange.Facts facts, Model model) {
    var price = Router.price(facts.route().upstream(), model);
    if (price == null) {
      throw new IllegalStateException("BUG: " + model.name() + " is cheaper, and has no price");
    }
    return facts.with(
        facts.route().degradedTo(model, price),
        Bounds.of(facts.request(), facts.route().upstream(), model));
  }

  /// The model, if it may serve this request: allowed, cheaper, and able to take it unchanged.
  private static @Nullable Model candidate(Exchange.Facts facts, RequestShape shape, String name) {
    var asked = facts.route().model();
    var model = facts.route().upstream().models().get(name);
    return model != null
            && isAllowed(facts, name)
            && Ladder.isCheaper(model, asked)
            && Ladder.sameKind(model, asked)
            && takes(facts, model, shape)
        ? model
        : null;
  }

  private static boolean isAllowed(Exchange.Facts facts, String model) {
    var provider = facts.route().upstream().name();
    return facts.key().grants().stream()
        .filter(grant -> grant.provider().equals(provider))
        .anyMatch(grant -> ModelPolicy.allows(facts.key(), grant, model));
  }

  private static boolean takes(Exchange.Facts facts, Model model, RequestShape shape) {
    var request = facts.request();
    var requests = model.requests();
    var price = model.price();
    boolean searches = request.serverTools().webSearches() > 0;
    return requests != null
        && price != null
        && requests.features().containsAll(shape.features())
        && request.outputTokens() <= requests.outputTokensMax()
        && fits(facts, model)
        && !(searches && price.webSearchPerUse() == null);
  }

  /// Whether its context window is as large as the asked model's, or large enough for all that the
  /// request can be.
  private static boolean fits(Exchange.Facts facts, Model model) {
    long window = model.contextTokensMax();
    var most = LooseBound.of(facts.request(), Long.MAX_VALUE);
    return window >= facts.route().model().contextTokensMax()
        || most.inputTokens() <= window - facts.request().outputTokens();
  }
}
