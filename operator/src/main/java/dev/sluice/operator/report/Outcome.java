package dev.sluice.operator.report;

import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.MadeKeys;
import dev.sluice.compiler.problem.Problem;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.operator.world.Cluster;
import dev.sluice.operator.world.ObjectId;
import dev.sluice.operator.world.Seen;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a round found out of every object.
///
/// @param problems by the object's path
/// @param warnings likewise
/// @param keys in force, by name
/// @param secretNames where the values of keys are
/// @param previousUntil until when the values before are valid, by key
/// @param hindrance why nothing was published, null where it was
public record Outcome(
    Cluster cluster,
    Compilation compilation,
    Map<String, List<Problem>> problems,
    Map<String, List<Problem>> warnings,
    Map<ObjectName, KeyPolicy> keys,
    Map<ObjectName, String> secretNames,
    Map<ObjectName, Instant> previousUntil,
    @Nullable String hindrance) {

  /// @param more what the compile step cannot know
  public static Outcome of(
      Cluster cluster,
      Compilation compilation,
      List<Problem> more,
      MadeKeys made,
      @Nullable String hindrance) {
    var keys = new TreeMap<ObjectName, KeyPolicy>();
    compilation.snapshot().keysByName().forEach(key -> keys.put(key.name(), key));
    var problems =
        Stream.concat(compilation.problems().stream(), more.stream())
            .collect(Collectors.groupingBy(Problem::file));
    var warnings = compilation.warnings().stream().collect(Collectors.groupingBy(Problem::file));
    var names = new TreeMap<ObjectName, String>();
    made.values().keySet().forEach(key -> names.put(key, key.name() + "-key"));
    var until = new TreeMap<ObjectName, Instant>();
    made.replaced().forEach((key, replaced) -> until.put(key, replaced.until()));
    return new Outcome(cluster, compilation, problems, warnings, keys, names, until, hindrance);
  }

  /// The objects that have no problem.
  public static Set<ObjectId> good(Cluster cluster, Compilation compilation) {
    var bad = compilation.problems().stream().map(Problem::file).collect(Collectors.toSet());
    return cluster.objects().keySet().stream()
        .filter(id -> !bad.contains(id.path()))
        .collect(Collectors.toSet());
  }

  /// Of good objects those that the snapshot has: a key that has no value yet comes with it.
  public static Set<ObjectId> published(Set<ObjectId> good, Compilation compilation) {
    return good.stream()
        .filter(
            id ->
                !id.kind().equals("VirtualKey")
                    || !compilation.keysToGenerate().contains(id.name()))
        .collect(Collectors.toSet());
  }

  List<Problem> problems(Seen object) {
    return problems.getOrDefault(object.id().path(), List.of());
  }

  List<Problem> warnings(Seen object) {
    return warnings.getOrDefault(object.id().path(), List.of());
  }

  /// Whether any version of the object is in force.
  boolean inForce(ObjectId id) {
    var snapshot = compilation.snapshot();
    Function<ObjectName, Boolean> there =
        switch (id.kind()) {
          case "Provider" -> snapshot.upstreams()::containsKey;
          case "VirtualKey" -> keys::containsKey;
          case "McpServer" -> snapshot.servers()::containsKey;
          case "Team" -> compilation.good().teams()::containsKey;
          default -> _ -> false;
        };
    return there.apply(id.name());
  }
}
