package dev.sluice.compiler.route;

import dev.sluice.compiler.rules.Complaints;
import dev.sluice.compiler.rules.KeyPlan;
import dev.sluice.core.policy.Grant;
import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Upstream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Checks that the models that a key names lead somewhere: each to one that a provider of the key
/// has, and that the key's own list for that provider has too.
///
/// Only what the key itself says: what a team names may be meant for others of its keys, and what a
/// team withholds is a warning (see [dev.sluice.compiler.warning.KeyWarnings]).
public final class Targets {

  private record Granted(Grant grant, Upstream upstream) {}

  private final List<Granted> granted;
  private final Complaints complaints;

  private Targets(List<Granted> granted, Complaints complaints) {
    this.granted = granted;
    this.complaints = complaints;
  }

  /// @param providers that the key's namespace may refer to
  public static void check(
      KeyPlan key, Map<ObjectName, Upstream> providers, Complaints complaints) {
    var granted = key.grants().stream().flatMap(grant -> granted(grant, providers)).toList();
    if (granted.size() == key.grants().size()) { // What is missing is told already.
      new Targets(granted, complaints).checkAll(key);
    }
  }

  private static Stream<Granted> granted(Grant grant, Map<ObjectName, Upstream> providers) {
    var upstream = providers.get(grant.provider());
    return upstream == null ? Stream.empty() : Stream.of(new Granted(grant, upstream));
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
        granted.stream()
            .map(one -> one.upstream().model(to))
            .filter(Objects::nonNull)
            .anyMatch(model -> model.kind() == Model.Kind.EMBEDDING);
    if (embeds) {
      complaints.unexpected(field, to, "a model that answers; this one makes embeddings");
    }
  }

  private void check(String field, String whose, String to) {
    var having = granted.stream().filter(one -> one.upstream().model(to) != null).toList();
    if (having.isEmpty()) {
      complaints.unexpected(field, to, whose + "a model that a provider of this key has");
    } else if (having.stream().noneMatch(one -> lets(one, one.upstream().model(to)))) {
      var expected = "a model that the models of spec.providers let this key use";
      complaints.unexpected(field, to, whose + expected);
    }
  }

  private static boolean lets(Granted one, @Nullable Model model) {
    return model != null && one.grant().models().matches(model.name());
  }
}
