package dev.sluice.operator.publish;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// How far what was published has come: the generation that each gateway has, its Envoy and its
/// ext_proc alike.
///
/// @param generations by gateway, the lower one of both
/// @param rejections what Envoys said against their configuration, by gateway
/// @param refusals what ext_procs said against the policy, by gateway
/// @param away why it is not known, null where it is
public record Reach(
    Map<String, Long> generations,
    Map<String, String> rejections,
    Map<String, String> refusals,
    @Nullable String away) {

  public Reach {
    generations = Map.copyOf(generations);
    rejections = Map.copyOf(rejections);
    refusals = Map.copyOf(refusals);
  }

  static Reach unknown(String why) {
    return new Reach(Map.of(), Map.of(), Map.of(), why);
  }

  /// The gateways that do not have this generation yet, in the order of their names.
  public List<String> without(long generation) {
    return generations.entrySet().stream()
        .filter(entry -> entry.getValue() < generation)
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /// Collects the reports of both parts of each gateway.
  static final class Builder {
    private final Map<String, Long> envoys = new TreeMap<>();
    private final Map<String, Long> processors = new TreeMap<>();
    private final Map<String, String> rejections = new TreeMap<>();
    private final Map<String, String> refusals = new TreeMap<>();

    void envoy(String node, long generation, @Nullable String rejection) {
      envoys.put(node, generation);
      if (rejection != null) {
        rejections.put(node, rejection);
      }
    }

    void processor(String id, long generation, @Nullable String refusal) {
      processors.put(id, generation);
      if (refusal != null) {
        refusals.put(id, refusal);
      }
    }

    /// A part that does not report has nothing. A gateway that is starting, and so not ready, is
    /// not counted: it will begin with the policy that is in force then.
    Reach build() {
      for (var id : Set.copyOf(processors.keySet())) {
        if (Objects.equals(processors.get(id), 0L) && !refusals.containsKey(id)) {
          processors.remove(id);
          envoys.remove(id);
        }
      }
      var lowest = new TreeMap<String, Long>();
      envoys.forEach((node, g) -> lowest.put(node, Math.min(g, processors.getOrDefault(node, 0L))));
      processors.forEach((id, g) -> lowest.put(id, Math.min(g, envoys.getOrDefault(id, 0L))));
      return new Reach(lowest, rejections, refusals, null);
    }
  }
}
