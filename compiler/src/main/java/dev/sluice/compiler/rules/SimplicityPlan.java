package dev.sluice.compiler.rules;

import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.Routing.Simplicity;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a key or a team says of simple requests; null is left to the next one up.
public record SimplicityPlan(
    @Nullable Long bytesMax,
    @Nullable Long toolsMax,
    @Nullable Boolean thinking,
    @Nullable Globs requestClasses,
    @Nullable Globs agentTypes) {

  public static final SimplicityPlan NONE = new SimplicityPlan(null, null, null, null, null);

  /// What holds, each field for itself by the first that says something.
  ///
  /// @param all the key's own, then its teams' up to the root
  public static Simplicity settle(List<SimplicityPlan> all) {
    var standard = Simplicity.STANDARD;
    return new Simplicity(
        first(all, plan -> Stream.ofNullable(plan.bytesMax()), standard.bytesMax()),
        first(all, plan -> Stream.ofNullable(plan.toolsMax()), standard.toolsMax()),
        first(all, plan -> Stream.ofNullable(plan.thinking()), standard.thinking()),
        first(all, plan -> Stream.ofNullable(plan.requestClasses()), standard.requestClasses()),
        first(all, plan -> Stream.ofNullable(plan.agentTypes()), standard.agentTypes()));
  }

  private static <T> T first(
      List<SimplicityPlan> all, Function<SimplicityPlan, Stream<T>> field, T absent) {
    return all.stream().flatMap(field).findFirst().orElse(absent);
  }
}
