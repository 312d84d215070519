package dev.sluice.extproc.explain;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.BudgetText;
import dev.sluice.core.budget.Limit;
import dev.sluice.core.budget.Standing;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.policy.TeamOfKey;
import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.answer.RefusalAnswers;
import dev.sluice.extproc.authenticate.Authenticator;
import dev.sluice.extproc.degrade.Degrader;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.explain.Explanation.Outcome;
import dev.sluice.extproc.flow.Planner;
import dev.sluice.extproc.health.Health;
import dev.sluice.extproc.policy.ModelPolicy;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.extproc.route.Asking;
import dev.sluice.extproc.route.Route;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Walks a request through the steps of the flow, the very ones, and tells what each of them says.
/// Nothing is sent, held or remembered.
///
/// Where nothing is supposed of the request (see [Sketch]), it is the least one that is worth an
/// answer: one word, `max_tokens` as low as a budget may make it, in a session that begins; of a
/// model that makes embeddings, one for one word. What it does not fit, no request fits.
public final class Explainer {

  private static final String RUN = "new";

  private Explainer() {}

  /// @param teams from the key's own to the root
  public record Question(
      KeyPolicy key,
      Snapshot snapshot,
      List<TeamOfKey> teams,
      String model,
      Sketch sketch,
      Instant now) {
    public Question {
      teams = List.copyOf(teams);
    }
  }

  /// Who knows what is used of limits.
  @FunctionalInterface
  public interface Standings {

    /// Those that are known, in any order.
    List<Standing> of(List<Limit> limits);
  }

  /// What is asked of others.
  ///
  /// @param planner of the gateway, or one that knows of no failure
  /// @param regions where a provider is, as far as its manifest says
  public record Around(
      Planner planner, Function<ObjectName, Optional<String>> regions, Standings standings) {

    /// Where nothing is known of failures.
    public static Around of(
        Function<ObjectName, Optional<String>> regions, Standings standings, Instant now) {
      var health = new Health(InstantSource.fixed(now), Health.Others.NONE);
      return new Around(new Planner(health), regions, standings);
    }
  }

  /// Of a key that the gateway does not know, though an object of that name is there.
  ///
  /// @param why no version of it is in force
  public static Explanation notInForce(ObjectName key, String model, String why) {
    var steps = new Steps();
    steps.stops("key", why);
    var outcome = Outcome.refused(new Refusal.KeyUnknown(false));
    return new Explanation(
        key.toString(), model, steps.all(), List.of(), List.of(), outcome, List.of());
  }

  public static Explanation explain(Question question, Around around) {
    var steps = new Steps();
    var unusable = key(question, steps);
    teams(question, steps);
    var name = model(question, steps);
    var sample = Sample.of(question.key(), question.snapshot(), name, question.sketch());
    var asking = new Asking(RUN, question.sketch().client(RUN), sample.request());
    RouteSteps.add(question, asking, steps);
    var places =
        Places.of(
            question, sample, asking, around, route -> facts(question, sample, asking, route));
    ProviderSteps.add(question, asking, places, steps);
    var refused = places.refusal();
    if (refused != null) {
      steps.stops("provider", RefusalAnswers.text(refused).message());
      var outcome = Outcome.refused(unusable == null ? refused : unusable);
      return ended(question, steps, places, null, outcome);
    }
    var facts = facts(question, sample, asking, places.serving().getFirst());
    var known =
        Known.of(facts.route().limits(), around.standings(), question.sketch(), question.now());
    var outcome = outcome(question, new Walked(sample, facts, known, unusable), steps);
    return ended(question, steps, places, known, outcome);
  }

  private static @Nullable Refusal key(Question question, Steps steps) {
    var key = question.key();
    try {
      Authenticator.checkUsable(key, question.now());
      var until = key.expiresAt() == null ? "without an end" : "until " + key.expiresAt();
      steps.passes("key", "key " + key.name().label() + " is good, " + until);
      return null;
    } catch (Refused e) {
      steps.stops("key", RefusalAnswers.text(e.refusal()).message());
      return e.refusal();
    }
  }

  private static void teams(Question question, Steps steps) {
    var path =
        question.teams().stream()
            .map(team -> team.name().label())
            .collect(Collectors.joining(", below "));
    steps.tells("team", path.isEmpty() ? "of no team" : "of team " + path);
  }

  /// The name to route by.
  private static String model(Question question, Steps steps) {
    var asked = question.model();
    var resolved = ModelPolicy.resolve(question.key(), asked);
    if (!resolved.equals(asked)) {
      steps.tells("model", asked + " is an alias of the key or its teams, for " + resolved);
      return asked;
    }
    var newest = ClientNames.newest(question.key(), question.snapshot(), asked);
    if (newest.isEmpty()) {
      steps.tells("model", asked + " is no alias");
      return asked;
    }
    steps.tells(
        "model",
        "%s is no alias; Claude Code sends the id that its version knows for it, here taken as %s"
            .formatted(asked, newest.get()));
    return newest.get();
  }

  /// A request as far as its first place.
  ///
  /// @param unusable what is wrong with its key; null where nothing is
  private record Walked(
      Sample sample, Exchange.Facts facts, Known known, @Nullable Refusal unusable) {}

  private static Outcome outcome(Question question, Walked walked, Steps steps) {
    var body = walked.sample().body();
    var known = walked.known();
    var degrader = new Degrader(known::isPosted);
    var serving = degrader.degrade(walked.facts(), body);
    LadderSteps.add(question.key(), serving, known, steps);
    MoneySteps.price(serving, steps);
    MoneySteps.bound(serving, question.sketch(), steps);
    var refusal = MoneySteps.limits(serving, known, steps);
    if (refusal != null) {
      var cheaper = degrader.lastResort(serving, body, new Refused(refusal));
      if (cheaper != null && known.refusal(cheaper) == null) {
        steps.passes("ladder", LadderSteps.lastResort(cheaper));
        serving = cheaper;
        refusal = null;
      }
    }
    var refused = walked.unusable() == null ? refusal : walked.unusable();
    return refused == null ? served(serving, known) : Outcome.refused(refused);
  }

  private static Explanation ended(
      Question question, Steps steps, Places places, @Nullable Known known, Outcome outcome) {
    return new Explanation(
        question.key().name().toString(),
        question.model(),
        steps.all(),
        places.rows(),
        known == null ? List.of() : known.rows(),
        outcome,
        known == null ? List.of() : known.unseen());
  }

  private static Exchange.Facts facts(
      Question question, Sample sample, Asking asking, Route route) {
    return new Exchange.Facts(
        RUN,
        question.now(),
        sample.endpoint(),
        question.key(),
        asking.client(),
        asking.request(),
        route,
        sample.bound(route.model()),
        false,
        question.snapshot().priceVersion(),
        1);
  }

  private static Outcome served(Exchange.Facts facts, Known known) {
    var route = facts.route();
    var provider = route.upstream().name();
    var text = new StringBuilder("would be served by ").append(provider.label());
    text.append(" as ").append(route.model().name());
    if (route.insteadOf() != null) {
      text.append(" in place of ").append(route.insteadOf().name());
      text.append(", in a session that begins");
    }
    known.tightest().ifPresent(balance -> text.append("; ").append(left(balance)));
    return new Outcome(
        true, text.toString(), provider.toString(), route.model().name(), null, null, null);
  }

  private static String left(Balance balance) {
    return BudgetText.subject(balance.budget()) + " leaves it " + balance.remaining();
  }
}
