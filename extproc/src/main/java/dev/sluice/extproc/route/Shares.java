package dev.sluice.extproc.route;

import dev.sluice.core.policy.Upstream.Account;
import dev.sluice.extproc.route.Candidate.Serving;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/// Deals the agents of sessions out to the grants that can serve them, by their weights: weighted
/// rendezvous hashing.
///
/// 1. A run and a provider are hashed together to a number between 0 and 1.
/// 2. Its negative logarithm, divided by the weight, is when the provider would take the run, were
///    each waiting for its own coin. The first one has it, and the others follow in this order.
/// 3. Those of weight 0 come after all others, among themselves as if each had the weight 1.
///
/// Every provider has the share of its weight. Each gateway finds the same order without talking to
/// others; a run stays where it is, with its prompt cache; and where a provider comes or goes, or
/// changes its weight, no run moves between two others.
public final class Shares {

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private Shares() {}

  private record Turn<T>(T one, boolean last, double at) {}

  static List<Serving> order(List<Serving> all, String run) {
    return order(all, run, one -> one.grant().provider().toString(), one -> one.grant().weight());
  }

  /// The accounts of one provider, likewise.
  static List<Account> accounts(List<Account> all, String run) {
    return order(all, run, Account::credential, Account::weight);
  }

  private static <T> List<T> order(
      List<T> all, String run, Function<T, String> name, ToLongFunction<T> weight) {
    return all.size() < 2
        ? all
        : all.stream()
            .map(one -> turn(one, run + "\n" + name.apply(one), weight.applyAsLong(one)))
            .sorted(
                Comparator.<Turn<T>, Boolean>comparing(Turn::last).thenComparingDouble(Turn::at))
            .map(Turn::one)
            .toList();
  }

  private static <T> Turn<T> turn(T one, String text, long weight) {
    // StrictMath: the same bits on every machine.
    return new Turn<>(one, weight == 0, -StrictMath.log(share(text)) / Math.max(weight, 1));
  }

  /// Between 0 and 1, neither of them: FNV-1a, whose bits the finalizer of MurmurHash3 mixes.
  public static double share(String text) {
    long hash = FNV_OFFSET;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * FNV_PRIME;
    }
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    hash ^= hash >>> 33;
    return ((hash >>> 11) + 0.5) * 0x1p-53;
  }
}
