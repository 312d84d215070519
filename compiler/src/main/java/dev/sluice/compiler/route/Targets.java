package dev.sluice.compiler.route;

import dev.sluice.compiler.rules.Complaints;
import dev.sluice.compiler.rules.KeyPlan;
import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Upstream;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Checks that the models that a key names lead somewhere: each to one that a provider of the key
/// has.
///
/// Only what the key itself says: what a team names may be meant for others of its keys, and what
/// the key's own list or a team withholds is a warning (see
/// [dev.sluice.compiler.warning.KeyWarnings]).
public final class Targets {

  private final List<Upstream> upstreams;
  private final Complaints complaints;

  private Targets(List<Upstream> upstreams, Complaints complaints) {
    this.upstreams = upstreams;
    this.complaints = complaints;
  }

  /// @param providers that the key's namespace may refer to
  public static void check(
      KeyPlan key, Map<ObjectName, Upstream> providers, Complaints complaints) {
    var upstreams =
        key.grants().stream()
            .flatMap(grant -> Stream.ofNullable(providers.get(grant.provider())))
            .toList();
    if (upstreams.size() == key.grants().size()) { // What is missing is told already.
      new Targets(upstreams, complaints).checkAll(key);
    }
  }

  private void checkAll(KeyPlan key) {
    key.aliases().forEach((alias, to) -> check("spec.aliases", "for " + alias + " ", to));
    var routing = key.routing();
    for (int i = 0; i < routing.rules().size(); i++) {
      checkAnswers("spec.routes[" + i + "].to", routing.rules().get(i).to());
    }
    for (int i = 0; i < routing.fallbacks().size(); i++) {
      check("spec.fallbacks[" + i + "]", "", routing.fallbacks().get(i));
    }
    routing.tiers().forEach((tier, to) -> checkAnswers("spec.tiers." + tier.word(), to));
  }

  /// What serves in place of another model must answer.
  private void checkAnswers(String field, String to) {
    check(field, "", to);
    boolean embeds =
        upstreams.stream()
            .flatMap(upstream -> Stream.ofNullable(upstream.model(to)))
            .anyMatch(model -> model.kind() == Model.Kind.EMBEDDING);
    if (embeds) {
      complaints.unexpected(field, to, "a model that answers; this one makes embeddings");
    }
  }

  private void check(String field, String whose, String to) {
    if (upstreams.stream().allMatch(upstream -> upstream.model(to) == null)) {
      complaints.unexpected(field, to, whose + "a model that a provider of this key has");
    }
  }
}
