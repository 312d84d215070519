package dev.sluice.core.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A team on the way from a key to the root.
///
/// @param models null where it does not limit models
/// @param withheld what of the key's manifest this team does not allow
public record TeamOfKey(ObjectName name, @Nullable Globs models, List<Withheld> withheld) {
  public TeamOfKey {
    withheld = List.copyOf(withheld);
  }

  /// What a team does not let a key use, though the key's manifest names it.
  public sealed interface Withheld {

    ObjectName provider();

    /// A provider that is not among those that the team allows.
    record Unlisted(ObjectName provider) implements Withheld {}

    /// A provider that is in none of the team's regions.
    ///
    /// @param region where it is; null where its manifest does not tell
    record Elsewhere(ObjectName provider, @Nullable String region, List<String> allowed)
        implements Withheld {
      public Elsewhere {
        allowed = List.copyOf(allowed);
      }
    }

    /// Models that leave the region of their provider for one that is none of the team's.
    ///
    /// @param models their canonical names
    record Leaving(ObjectName provider, List<String> models, List<String> allowed)
        implements Withheld {
      public Leaving {
        models = List.copyOf(models);
        allowed = List.copyOf(allowed);
      }
    }
  }
}
