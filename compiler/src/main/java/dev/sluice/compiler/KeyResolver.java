package dev.sluice.compiler;

import dev.sluice.compiler.LastGood.KeyInForce;
import dev.sluice.compiler.problem.Fault;
import dev.sluice.compiler.route.LadderCheck;
import dev.sluice.compiler.route.Targets;
import dev.sluice.compiler.rules.KeyPlan;
import dev.sluice.compiler.rules.TeamPlan;
import dev.sluice.core.policy.KeyDigest;
import dev.sluice.core.policy.ObjectName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Looks up what VirtualKeys refer to, and gives the versions of each that can be in force, the
/// most wanted first; with none the key is unknown to the gateway.
///
/// A key is never wider than its new or its last good version: without its team there is no key.
final class KeyResolver {

  private final Map<ObjectName, TeamPlan> teams;
  private final Usable usable;
  private final References references;
  private final Written written;
  private final Secrets secrets;
  private final Map<ObjectName, String> generated;
  private final SortedSet<ObjectName> toGenerate = new TreeSet<>();

  /// The names of all Teams, Providers and McpServers, good and bad.
  record Written(Set<ObjectName> teams, Set<ObjectName> providers, Set<ObjectName> servers) {}

  KeyResolver(
      Map<ObjectName, TeamPlan> teams,
      Usable usable,
      References references,
      Written written,
      Secrets secrets,
      Map<ObjectName, String> generated) {
    this.teams = teams;
    this.usable = usable;
    this.references = references;
    this.written = written;
    this.secrets = secrets;
    this.generated = generated;
  }

  /// The keys that lack a value until one is made for them.
  SortedSet<ObjectName> toGenerate() {
    return toGenerate;
  }

  /// To be called once for each key.
  List<KeyInForce> candidates(Draft<KeyPlan, KeyInForce> draft) {
    var candidates = new ArrayList<KeyInForce>();
    now(draft).ifPresent(candidates::add);
    var before = draft.before();
    if (before != null && teamPresent(before.plan())) {
      var value = value(draft.name(), before.plan());
      value
          .filter(found -> Secrets.KEY.matcher(found).matches())
          .ifPresent(found -> candidates.add(new KeyInForce(before.plan(), KeyDigest.of(found))));
      // A value that was deleted is not accepted any longer; one that is malformed is as if it had
      // not been written.
      value.ifPresent(_ -> candidates.add(before));
    }
    return candidates;
  }

  private Optional<KeyInForce> now(Draft<KeyPlan, KeyInForce> draft) {
    var plan = draft.now();
    if (plan == null) {
      return Optional.empty();
    }
    int before = draft.complaints().problems().size();
    checkReferences(plan, draft);
    var value = checkedValue(plan, draft);
    if (draft.complaints().problems().size() > before) {
      return Optional.empty();
    }
    if (value.isEmpty()) {
      toGenerate.add(draft.name());
    }
    return value.map(found -> new KeyInForce(plan, KeyDigest.of(found)));
  }

  private void checkReferences(KeyPlan plan, Draft<KeyPlan, KeyInForce> draft) {
    var providers = usable.from(draft.name().namespace());
    var team = plan.team();
    if (team != null && !teamPermits(draft.name(), team)) {
      references.complain(draft, "spec.team", "Team", team, written.teams());
    }
    for (int i = 0; i < plan.grants().size(); i++) {
      var provider = plan.grants().get(i).provider();
      var field = "spec.providers[" + i + "].name";
      if (!providers.containsKey(provider)) {
        references.complain(draft, field, "Provider", provider, written.providers());
      }
    }
    for (int i = 0; i < plan.tools().size(); i++) {
      var server = plan.tools().get(i).server();
      if (!usable.permits(draft.name().namespace(), server)) {
        var field = "spec.mcp[" + i + "].server";
        references.complain(draft, field, "McpServer", server, written.servers());
      }
    }
    Targets.check(plan, providers, draft.complaints());
    LadderCheck.check(plan, TeamResolver.path(teamOf(plan), teams), providers, draft.complaints());
  }

  /// Null where it is missing, which is told already.
  private @Nullable ObjectName teamOf(KeyPlan plan) {
    return teamPresent(plan) ? plan.team() : null;
  }

  private Optional<String> checkedValue(KeyPlan plan, Draft<KeyPlan, KeyInForce> draft) {
    var ref = plan.secret();
    var complaints = draft.complaints();
    if (ref != null) {
      return secrets.find(draft.name(), ref, Secrets.KEY, "spec.keySecretRef", complaints);
    }
    var value = Optional.ofNullable(generated.get(draft.name()));
    if (value.isPresent() && !Secrets.KEY.matcher(value.get()).matches()) {
      var expected = "a made key of 20 to 256 visible ASCII characters; delete it to get a new one";
      complaints.add("", new Fault.Unexpected("(hidden)", expected));
    }
    return value;
  }

  private Optional<String> value(ObjectName key, KeyPlan plan) {
    return secrets.value(key, plan.secret(), generated);
  }

  private boolean teamPermits(ObjectName key, ObjectName team) {
    var plan = teams.get(team);
    return plan != null && references.permits(key.namespace(), team, plan.visibility());
  }

  /// A key that a team let once stays with it: its limits bind the key all the same.
  private boolean teamPresent(KeyPlan plan) {
    return plan.team() == null || teams.containsKey(plan.team());
  }
}
