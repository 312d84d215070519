package dev.sluice.extproc.explain;

import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.Routing.Simplicity;
import dev.sluice.extproc.explain.Explainer.Question;
import dev.sluice.extproc.policy.ModelPolicy;
import dev.sluice.extproc.route.Asking;
import dev.sluice.extproc.route.Choice;
import dev.sluice.extproc.route.Matches;

/// Tells which rule or tier names the model, and what of the rules before it does not fit.
final class RouteSteps {

  private static final String STEP = "route";

  private RouteSteps() {}

  static void add(Question question, Asking asking, Steps steps) {
    var key = question.key();
    if (asking.request().kind() == Model.Kind.EMBEDDING) {
      if (!key.routing().rules().isEmpty() || !key.routing().tiers().isEmpty()) {
        steps.tells(STEP, "routes and tiers are not for embeddings: the asked model makes them");
      }
      return;
    }
    var choice = Choice.of(key, asking);
    var routing = key.routing();
    var rules = routing.rules();
    if (rules.stream().anyMatch(rule -> rule.match().complexity() != null)) {
      steps.tells(STEP, simple(routing.simplicity()));
    }
    var name = ModelPolicy.resolve(key, asking.request().model());
    int looked = choice instanceof Choice.ByRule(int place, var _) ? place : rules.size();
    for (int i = 0; i < looked; i++) {
      var rule = rules.get(i);
      var field = Matches.mismatch(routing, rule.match(), name, asking);
      steps.tells(
          STEP,
          "route %d, to %s, is for others: %s does not fit %s"
              .formatted(i + 1, rule.to(), field, request(question)));
    }
    switch (choice) {
      case Choice.ByRule(int place, var to) ->
          steps.tells(STEP, "route %d fits, and names %s".formatted(place + 1, to));
      case Choice.ByTier(var tier, var to) ->
          steps.tells(STEP, "tier %s is served by %s".formatted(tier.word(), to));
      case Choice.AsAsked _ -> {
        // The step before says what is asked.
      }
    }
  }

  private static String request(Question question) {
    return question.sketch().isLeast() ? "a small request of a new session" : "this request";
  }

  private static String simple(Simplicity simplicity) {
    var text = new StringBuilder("simple is a request of at most ");
    text.append(simplicity.bytesMax()).append(" bytes and ").append(simplicity.toolsMax());
    text.append(simplicity.thinking() ? " tools" : " tools that does not ask for thinking");
    named(text, "class", simplicity.requestClasses());
    named(text, "agent type", simplicity.agentTypes());
    return text.toString();
  }

  private static void named(StringBuilder text, String what, Globs globs) {
    if (!globs.patterns().isEmpty()) {
      text.append(", and any of ").append(what).append(' ');
      text.append(String.join(", ", globs.patterns()));
    }
  }
}
