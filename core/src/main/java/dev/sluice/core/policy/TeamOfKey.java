package dev.sluice.core.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A team on the way from a key to the root.
///
/// @param models null where it does not limit models
/// @param withheld the providers of the key's manifest that this team does not allow
public record TeamOfKey(ObjectName name, @Nullable Globs models, List<ObjectName> withheld) {
  public TeamOfKey {
    withheld = List.copyOf(withheld);
  }
}
