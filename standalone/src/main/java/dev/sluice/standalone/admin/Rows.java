package dev.sluice.standalone.admin;

import dev.sluice.compiler.manifest.World.Found;
import dev.sluice.compiler.problem.Fault;
import dev.sluice.compiler.problem.Problem;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.listing.LimitRow;
import dev.sluice.core.listing.Row;
import dev.sluice.core.listing.State;
import dev.sluice.core.mcp.ServerReport;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.TeamOfKey;
import dev.sluice.crds.McpServer;
import dev.sluice.crds.Provider;
import dev.sluice.ledger.Ledger;
import dev.sluice.standalone.manifests.InForce;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The listings of one machine: what is written and what is in force, with what the ledger has now.
record Rows(InForce policy, Ledger ledger, Instant now) {

  private static final int PROBLEMS_MAX = 5;

  List<Row.OfKey> keys() {
    var inForce = keysInForce();
    return names(policy.world().keys().keySet(), inForce.keySet()).stream()
        .map(name -> key(name, inForce.get(name)))
        .toList();
  }

  /// Null where there is no such key.
  @Nullable State keyState(ObjectName name) {
    var key = keysInForce().get(name);
    return key == null && !policy.world().keys().containsKey(name) ? null : state(name, key);
  }

  private TreeMap<ObjectName, KeyPolicy> keysInForce() {
    var keys = new TreeMap<ObjectName, KeyPolicy>();
    policy.compilation().snapshot().keysByName().forEach(key -> keys.put(key.name(), key));
    return keys;
  }

  private Row.OfKey key(ObjectName name, @Nullable KeyPolicy key) {
    var state = state(name, key);
    if (key == null) {
      return new Row.OfKey(
          name.namespace(), name.name(), state, List.of(), null, false, null, null, List.of());
    }
    var expiresAt = key.expiresAt();
    return new Row.OfKey(
        name.namespace(),
        name.name(),
        state,
        names(policy.compilation().path(key.team()), name.namespace()),
        key.owner(),
        key.suspended(),
        expiresAt == null ? null : expiresAt.toString(),
        null,
        rows(UsagePages.budgets(key, policy.compilation().snapshot())));
  }

  private State state(ObjectName name, @Nullable KeyPolicy key) {
    var state = state("VirtualKey", name, key != null);
    if (key == null || !state.ready().equals("True")) {
      return state;
    }
    var expiresAt = key.expiresAt();
    if (key.suspended()) {
      return new State("False", "True", "Suspended", "spec.suspended is true");
    }
    if (expiresAt != null && !now.isBefore(expiresAt)) {
      return new State("False", "True", "Expired", "spec.expiresAt was " + expiresAt);
    }
    boolean nothing =
        policy.compilation().warnings().stream()
            .filter(warning -> warning.object().equals("VirtualKey " + name))
            .anyMatch(warning -> warning.fault() instanceof Fault.NothingAllowed);
    return nothing ? new State("False", "True", "NothingAllowed", state.message()) : state;
  }

  List<Row.OfTeam> teams() {
    var inForce = policy.compilation().good().teams().keySet();
    return names(policy.world().teams().keySet(), inForce).stream()
        .map(name -> team(name, inForce.contains(name)))
        .toList();
  }

  private Row.OfTeam team(ObjectName name, boolean inForce) {
    var path = names(policy.compilation().path(name), name.namespace());
    return new Row.OfTeam(
        name.namespace(),
        name.name(),
        state("Team", name, inForce),
        path.isEmpty() ? path : path.subList(1, path.size()),
        rows(policy.compilation().teamBudgets(name)));
  }

  List<Row.OfProvider> providers() {
    var upstreams = policy.compilation().snapshot().upstreams();
    return names(policy.world().providers().keySet(), upstreams.keySet()).stream()
        .map(
            name -> {
              var upstream = upstreams.get(name);
              return provider(name, upstream == null ? null : upstream.budgets());
            })
        .toList();
  }

  /// @param budgets null where none is in force
  private Row.OfProvider provider(ObjectName name, @Nullable List<Budget> budgets) {
    var spec =
        policy.world().providers().get(name) instanceof Found.Good<Provider.Spec> good
            ? good.spec()
            : null;
    return new Row.OfProvider(
        name.namespace(),
        name.name(),
        state("Provider", name, budgets != null),
        spec == null ? null : String.valueOf(spec.type()),
        spec == null ? null : spec.endpoint(),
        budgets == null ? List.of() : rows(budgets));
  }

  List<Row.OfServer> servers(ToolReports reports) {
    var inForce = policy.compilation().snapshot().servers().keySet();
    return names(policy.world().servers().keySet(), inForce).stream()
        .map(name -> server(name, inForce.contains(name), reports))
        .toList();
  }

  private Row.OfServer server(ObjectName name, boolean inForce, ToolReports reports) {
    var spec =
        policy.world().servers().get(name) instanceof Found.Good<McpServer.Spec> good
            ? good.spec()
            : null;
    var report = reports.of(name).orElse(null);
    var state = state("McpServer", name, inForce);
    return new Row.OfServer(
        name.namespace(),
        name.name(),
        state.ready().equals("True") ? connected(state, report) : state,
        spec == null ? null : String.valueOf(spec.transport()),
        report == null ? null : report.protocol(),
        report == null ? null : (long) report.tools().size(),
        report == null ? null : report.tools().stream().filter(ToolReports::hides).count(),
        report == null ? null : report.connected() ? report.lastError() : trouble(report));
  }

  /// Nothing went wrong yet where the first connection is being made.
  private static String trouble(ServerReport report) {
    var error = report.lastError();
    return error == null ? "not connected yet" : error;
  }

  private static State connected(State state, @Nullable ServerReport report) {
    if (report == null) {
      return new State("Unknown", "True", "NotReported", "nothing is known of its connection");
    }
    if (!report.connected()) {
      return new State("False", "True", "Disconnected", trouble(report));
    }
    return report.toolless() ? new State("False", "True", "NoTools", trouble(report)) : state;
  }

  private List<LimitRow> rows(List<Budget> budgets) {
    return ledger.standings(budgets).stream().map(LimitRow::of).toList();
  }

  private State state(String kind, ObjectName name, boolean inForce) {
    var object = kind + " " + name;
    var problems = words(object, policy.compilation().problems());
    var warnings = words(object, policy.compilation().warnings());
    if (!inForce) {
      var message = problems.isEmpty() ? "no version is in force" : problems;
      return new State("False", "False", "NotInForce", message);
    }
    var inForceNow = warnings.isEmpty() ? "in force" : "in force, but " + warnings;
    return problems.isEmpty()
        ? new State("True", "True", "Ready", inForceNow)
        : new State("False", "False", State.LAST_GOOD, problems);
  }

  private static String words(String object, List<Problem> all) {
    return all.stream()
        .filter(problem -> problem.object().equals(object))
        .map(Problem::toString)
        .limit(PROBLEMS_MAX)
        .collect(Collectors.joining("; "));
  }

  private static Set<ObjectName> names(Set<ObjectName> written, Set<ObjectName> inForce) {
    var all = new TreeSet<>(written);
    all.addAll(inForce);
    return all;
  }

  private static List<String> names(List<TeamOfKey> path, String namespace) {
    return path.stream().map(team -> team.name().from(namespace)).toList();
  }
}
