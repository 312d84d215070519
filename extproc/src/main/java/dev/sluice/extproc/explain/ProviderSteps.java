package dev.sluice.extproc.explain;

import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.Grant;
import dev.sluice.core.policy.TeamOfKey;
import dev.sluice.extproc.explain.Explainer.Question;
import dev.sluice.extproc.policy.ModelPolicy;
import dev.sluice.extproc.route.Candidate;
import dev.sluice.extproc.route.Router;
import java.util.ArrayList;
import java.util.List;

/// Tells of each provider that a key may use whether it can serve a model, and which list says so.
final class ProviderSteps {

  private static final String STEP = "provider";

  private ProviderSteps() {}

  /// @param asked by the client; an alias too
  static void add(Question question, String asked, Steps steps) {
    var key = question.key();
    var name = ModelPolicy.resolve(key, asked);
    if (key.grants().isEmpty()) {
      steps.tells(STEP, "the key has no provider that is in force");
    }
    boolean taken = false;
    for (var grant : key.grants()) {
      var provider = grant.provider().label() + ": ";
      switch (Router.candidate(key, grant, question.snapshot(), name)) {
        case Candidate.Lacking _ -> steps.tells(STEP, provider + "does not have " + name);
        case Candidate.Denied(var model, var by) ->
            steps.tells(STEP, provider + denied(question, grant, model.name(), by));
        case Candidate.Unpriced(var model) ->
            steps.tells(STEP, provider + "has no price for " + model.name());
        case Candidate.Serving(var upstream, var model, var _) -> {
          if (taken) {
            steps.tells(STEP, provider + "could serve " + model.name() + ", after the one above");
          } else {
            var sent = model.upstreamName();
            var called = sent.equals(model.name()) ? "" : ", which it calls " + sent;
            steps.passes(
                STEP,
                upstream.name().label()
                    + ": serves "
                    + model.name()
                    + called
                    + "; "
                    + allowed(question, grant, model.name()));
          }
          taken = true;
        }
      }
    }
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
