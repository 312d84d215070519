package dev.sluice.compiler.route;

import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.Routing.Match;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Tells whether one match fits every request that another one fits. It says so only where the two
/// show it field by field.
final class Cover {

  private Cover() {}

  static boolean covers(Match wide, Match narrow) {
    return covers(wide.models(), narrow.models())
        && same(wide.tier(), narrow.tier())
        && same(wide.thinking(), narrow.thinking())
        && least(wide.bytesMin(), narrow.bytesMin())
        && most(wide.bytesMax(), narrow.bytesMax())
        && least(wide.toolsMin(), narrow.toolsMin())
        && most(wide.toolsMax(), narrow.toolsMax())
        && same(wide.complexity(), narrow.complexity())
        && covers(wide.sessions(), narrow.sessions())
        && covers(wide.agentTypes(), narrow.agentTypes())
        && covers(wide.requestClasses(), narrow.requestClasses())
        && wide.headers().entrySet().stream()
            .allMatch(header -> covers(header.getValue(), narrow.headers().get(header.getKey())));
  }

  /// A `*` of the narrow pattern is left to a `*` of the wide one, as any other character is: so
  /// whatever stands for it fits there too. What a request does not say fits no pattern.
  private static boolean covers(@Nullable Globs wide, @Nullable Globs narrow) {
    return wide == null || (narrow != null && narrow.patterns().stream().allMatch(wide::matches));
  }

  private static boolean same(@Nullable Object wide, @Nullable Object narrow) {
    return wide == null || Objects.equals(wide, narrow);
  }

  private static boolean least(@Nullable Long wide, @Nullable Long narrow) {
    return wide == null || wide == 0 || (narrow != null && narrow >= wide);
  }

  private static boolean most(@Nullable Long wide, @Nullable Long narrow) {
    return wide == null || (narrow != null && narrow <= wide);
  }
}
