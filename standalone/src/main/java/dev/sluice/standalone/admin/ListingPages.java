package dev.sluice.standalone.admin;

import dev.sluice.core.listing.State;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.extproc.explain.Explainer;
import dev.sluice.extproc.explain.Explanation;
import dev.sluice.extproc.explain.Explanation.Step;
import dev.sluice.extproc.explain.Explanation.Verdict;
import dev.sluice.extproc.explain.Sketch;
import dev.sluice.extproc.explain.SketchException;
import dev.sluice.extproc.flow.Planner;
import dev.sluice.ledger.Ledger;
import dev.sluice.standalone.manifests.InForce;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;

/// What `sluice get` and `sluice explain` ask. Never a secret.
///
/// @param planner of the gateway, which knows what is left alone
/// @param tools what is said of servers of tools
public record ListingPages(
    Supplier<InForce> policy,
    Ledger ledger,
    Planner planner,
    ToolReports tools,
    InstantSource clock) {

  /// `GET /v1/keys`
  public Answer keys() {
    return UsagePages.withLedger(() -> Answer.json(Map.of("keys", rows().keys())));
  }

  /// `GET /v1/teams`
  public Answer teams() {
    return UsagePages.withLedger(() -> Answer.json(Map.of("teams", rows().teams())));
  }

  /// `GET /v1/providers`
  public Answer providers() {
    return UsagePages.withLedger(() -> Answer.json(Map.of("providers", rows().providers())));
  }

  /// `GET /v1/mcp`
  public Answer servers() {
    var servers = rows().servers(tools);
    return Answer.json(Map.of("mcp", servers));
  }

  /// `GET /v1/tools`
  public Answer hidden() {
    return Answer.json(Map.of("hidden", tools.hidden()));
  }

  private Rows rows() {
    return new Rows(policy.get(), ledger, clock.instant());
  }

  /// `GET /v1/explain/NAMESPACE/NAME/MODEL`, where the model may have slashes; the query says what
  /// is supposed of the request.
  public Answer explain(Asked asked) {
    var rest = asked.rest();
    var parts = rest.split("/", 3);
    if (parts.length < 3 || parts[2].isEmpty()) {
      return Answer.problem(404, "key: " + rest + " (expected: NAMESPACE/NAME/MODEL)");
    }
    var name = new ObjectName(parts[0], parts[1]);
    try {
      var sketch = Sketch.read(asked.query());
      return UsagePages.withLedger(() -> explain(name, parts[2], sketch));
    } catch (SketchException e) {
      return Answer.problem(400, e.sentence());
    }
  }

  private Answer explain(ObjectName name, String model, Sketch sketch) {
    var compilation = policy.get().compilation();
    var state = rows().keyState(name);
    if (state == null) {
      return Answer.problem(404, "key: " + name + " (expected: a VirtualKey that is there)");
    }
    var key =
        compilation.snapshot().keysByName().stream()
            .filter(policy -> policy.name().equals(name))
            .findFirst();
    if (key.isEmpty()) {
      return Answer.json(Explainer.notInForce(name, model, state.message()));
    }
    var path = compilation.path(key.get());
    var question =
        new Explainer.Question(
            key.get(), compilation.snapshot(), path, model, sketch, clock.instant());
    var around = new Explainer.Around(planner, compilation::region, ledger::standings);
    var explanation = Explainer.explain(question, around);
    return Answer.json(
        state.reason().equals(State.LAST_GOOD) ? noted(explanation, state) : explanation);
  }

  private static Explanation noted(Explanation explanation, State state) {
    return explanation.withFirst(
        new Step("key", Verdict.Tells, "its last good version is in force: " + state.message()));
  }
}
