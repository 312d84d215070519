package dev.sluice.extproc.explain;

import static java.util.stream.Collectors.joining;

import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.Grant;
import dev.sluice.core.policy.TeamOfKey;
import dev.sluice.core.policy.TeamOfKey.Withheld;
import dev.sluice.extproc.explain.Explainer.Question;
import dev.sluice.extproc.policy.ModelPolicy;
import dev.sluice.extproc.route.Asking;
import dev.sluice.extproc.route.Candidate;
import dev.sluice.extproc.route.Choice;
import dev.sluice.extproc.route.Route;
import dev.sluice.extproc.route.Router;
import dev.sluice.extproc.route.Router.Wanted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Tells of each provider that a key may use whether it can serve a model, which list says so, and
/// in which order a request goes to them.
final class ProviderSteps {

  private static final String STEP = "provider";
  private static final String PLAN = "plan";

  private ProviderSteps() {}

  static void add(Question question, Asking asking, Places places, Steps steps) {
    var key = question.key();
    var plan = places.serving();
    var target = Choice.of(key, asking).target();
    for (var team : question.teams()) {
      for (var withheld : team.withheld()) {
        withheld(withheld, team, target).ifPresent(why -> steps.tells(STEP, why));
      }
    }
    if (key.grants().isEmpty()) {
      steps.tells(STEP, "the key has no provider that is in force");
      return;
    }
    for (var grant : key.grants()) {
      add(question, grant, new Wanted(target, asking.request().kind()), places, steps);
    }
    if (!plan.isEmpty()) {
      addServingFallback(plan.getFirst(), target, steps);
    }
    for (var fallback : asking.fallbacks()) {
      var name = ModelPolicy.resolve(key, fallback);
      addFallback(question, new Wanted(name, asking.request().kind()), steps);
    }
    for (var fallback : key.routing().fallbacks()) {
      addFallback(question, new Wanted(fallback, asking.request().kind()), steps);
    }
    if (plan.size() > 1) {
      steps.tells(PLAN, plan.stream().map(ProviderSteps::place).collect(joining(", then ")));
    }
  }

  /// Why a provider is out, or the wanted model of it; empty where it is about other models.
  private static Optional<String> withheld(Withheld withheld, TeamOfKey team, String name) {
    var provider = withheld.provider();
    var why =
        switch (withheld) {
          case Withheld.Unlisted _ -> "is not let by " + team(team) + ", for nothing";
          case Withheld.Elsewhere(_, var region, var allowed) ->
              (region == null ? "does not tell its region" : "is in " + region)
                  + "; "
                  + regions(team, allowed);
          case Withheld.Leaving(_, var models, var allowed) -> {
            var model = name.substring(name.lastIndexOf('/') + 1);
            yield models.contains(model)
                ? "may serve " + model + " outside of its region; " + regions(team, allowed)
                : "";
          }
        };
    return why.isEmpty() ? Optional.empty() : Optional.of(provider.label() + ": " + why);
  }

  private static String regions(TeamOfKey team, List<String> allowed) {
    var listed = allowed.isEmpty() ? "none" : String.join(", ", allowed);
    return team(team) + " lets only regions: " + listed;
  }

  private static String place(Route route) {
    var upstream = route.upstream();
    var place = route.model().name() + " at " + upstream.name().label();
    return upstream.accounts().size() == 1
        ? place
        : place
            + " by credential "
            + route.account().substring(route.account().lastIndexOf('/') + 1);
  }

  private static void add(
      Question question, Grant grant, Wanted wanted, Places places, Steps steps) {
    var plan = places.serving();
    var provider = grant.provider().label() + ": ";
    switch (Router.candidate(question.key(), grant, question.snapshot(), wanted)) {
      case Candidate.Lacking _ -> steps.tells(STEP, provider + "does not have " + wanted.name());
      case Candidate.OtherKind(var model) ->
          steps.tells(STEP, provider + "has " + model.name() + " for another kind of requests");
      case Candidate.Denied(var model, var by) -> {
        if (!isWithheld(question, grant, model.name())) {
          steps.tells(STEP, provider + denied(question, grant, model.name(), by));
        }
      }
      case Candidate.Unpriced(var model) ->
          steps.tells(STEP, provider + "has no price for " + model.name());
      case Candidate.Serving(var _, var upstream, var model, var _) -> {
        if (plan.isEmpty() || places.passesOver(upstream.name(), model.name())) {
          steps.tells(STEP, provider + "has " + model.name() + ", which cannot take this request");
          return;
        }
        var first = plan.getFirst().upstream().name();
        var weight = plan.size() < 2 ? "" : "; of weight " + grant.weight();
        if (!first.equals(upstream.name())) {
          var could = "could serve %s, after %s".formatted(model.name(), first.label());
          steps.tells(STEP, provider + could + weight);
          return;
        }
        var sent = model.upstreamName();
        var called = sent.equals(model.name()) ? "" : ", which it calls " + sent;
        var allowed = allowed(question, grant, model.name());
        steps.passes(STEP, provider + "serves " + model.name() + called + "; " + allowed + weight);
      }
    }
  }

  /// Where all that have the wanted model are passed over.
  private static void addServingFallback(Route first, String target, Steps steps) {
    var model = first.model();
    if (!model.equals(first.upstream().model(target))) {
      var provider = first.upstream().name().label();
      steps.passes(STEP, provider + ": serves the fallback " + model.name());
    }
  }

  private static void addFallback(Question question, Wanted fallback, Steps steps) {
    var candidates =
        question.key().grants().stream()
            .map(grant -> Router.candidate(question.key(), grant, question.snapshot(), fallback))
            .toList();
    if (candidates.stream().noneMatch(Candidate.Serving.class::isInstance)) {
      steps.tells(PLAN, "without the fallback " + fallback.name() + ": " + why(candidates));
    }
  }

  private static String why(List<Candidate> candidates) {
    if (candidates.stream().allMatch(Candidate.Lacking.class::isInstance)) {
      return "no provider of the key has it";
    }
    return candidates.stream().anyMatch(Candidate.OtherKind.class::isInstance)
        ? "it is for another kind of requests"
        : "the key may not use it";
  }

  /// Whether a team does not let it pass for its region, which is told already.
  private static boolean isWithheld(Question question, Grant grant, String model) {
    return question.teams().stream()
        .flatMap(team -> team.withheld().stream())
        .anyMatch(
            withheld ->
                withheld instanceof Withheld.Leaving(var provider, var models, _)
                    && provider.equals(grant.provider())
                    && models.contains(model));
  }

  private static String denied(Question question, Grant grant, String model, Globs by) {
    var patterns = by.patterns().isEmpty() ? "nothing" : String.join(", ", by.patterns());
    return "has %s, but %s lets pass only: %s"
        .formatted(model, owner(question, grant, by), patterns);
  }

  private static String allowed(Question question, Grant grant, String model) {
    var lists = new ArrayList<String>();
    lists.add(grant.models().matching(model) + " of " + owner(question, grant, grant.models()));
    for (var team : question.teams()) {
      var models = team.models();
      if (models != null) {
        lists.add(models.matching(model) + " of " + team(team));
      }
    }
    return "let pass by " + String.join(", ", lists);
  }

  /// Whose list it is: the grant's, or a team's. Lists are told apart by identity, since two teams
  /// may have the same words.
  @SuppressWarnings("ReferenceEquality")
  private static String owner(Question question, Grant grant, Globs list) {
    if (list == grant.models()) {
      return "key " + question.key().name().label();
    }
    int index = 0;
    while (question.key().models().get(index) != list) {
      index++;
    }
    return team(limiting(question).get(index));
  }

  private static List<TeamOfKey> limiting(Question question) {
    return question.teams().stream().filter(team -> team.models() != null).toList();
  }

  private static String team(TeamOfKey team) {
    return "team " + team.name().label();
  }
}
