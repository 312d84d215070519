package dev.sluice.compiler;

import dev.sluice.compiler.LastGood.KeyInForce;
import dev.sluice.compiler.problem.Fault;
import dev.sluice.compiler.rules.KeyPlan;
import dev.sluice.core.policy.KeyDigest;
import dev.sluice.core.policy.ObjectName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Sees to it that no two VirtualKeys have the same value: the one that had it before keeps it, and
/// where none had it none gets it. Whoever loses takes its next candidate.
final class KeyConflicts {

  private KeyConflicts() {}

  /// A key with the candidates that it has left, the most wanted first.
  private record Claimant(Draft<KeyPlan, KeyInForce> draft, Deque<KeyInForce> left) {}

  /// One that must give its first candidate up, because of another.
  private record Loss(Claimant loser, Claimant other) {}

  static SortedMap<ObjectName, KeyInForce> settle(
      Map<ObjectName, Draft<KeyPlan, KeyInForce>> drafts,
      KeyResolver resolver,
      Map<KeyDigest, ObjectName> holders) {
    var claimants =
        drafts.values().stream()
            .map(draft -> new Claimant(draft, new ArrayDeque<>(resolver.candidates(draft))))
            .collect(Collectors.toCollection(ArrayList::new));
    while (true) {
      claimants.removeIf(claimant -> claimant.left().isEmpty());
      var losses = losses(claimants, holders);
      if (losses.isEmpty()) {
        return firsts(claimants);
      }
      losses.forEach(KeyConflicts::complain);
      losses.forEach(loss -> loss.loser().left().removeFirst());
    }
  }

  private static List<Loss> losses(List<Claimant> claimants, Map<KeyDigest, ObjectName> holders) {
    var losses = new ArrayList<Loss>();
    claimants.stream()
        .collect(Collectors.groupingBy(claimant -> claimant.left().getFirst().digest()))
        .forEach(
            (digest, rivals) ->
                rivals.stream()
                    .filter(rival -> !rival.draft().name().equals(holders.get(digest)))
                    .forEach(loser -> loss(loser, rivals, holders.get(digest), losses)));
    return losses;
  }

  /// Names the key that had the value before, if it is among the rivals, else the first other one.
  private static void loss(
      Claimant loser, List<Claimant> rivals, @Nullable ObjectName holder, List<Loss> losses) {
    rivals.stream()
        .filter(rival -> rival != loser)
        .min(Comparator.comparing(rival -> !rival.draft().name().equals(holder)))
        .ifPresent(other -> losses.add(new Loss(loser, other)));
  }

  private static void complain(Loss loss) {
    var other = loss.other().draft().complaints().source();
    var expected = "a value of its own; " + other.object() + " at " + other.place() + " has it too";
    var complaints = loss.loser().draft().complaints();
    complaints.add("spec.keySecretRef", new Fault.Taken("(hidden)", expected));
  }

  private static SortedMap<ObjectName, KeyInForce> firsts(List<Claimant> claimants) {
    var firsts = new TreeMap<ObjectName, KeyInForce>();
    claimants.forEach(claimant -> firsts.put(claimant.draft().name(), claimant.left().getFirst()));
    return firsts;
  }
}
