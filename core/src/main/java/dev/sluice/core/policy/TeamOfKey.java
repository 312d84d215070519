package dev.sluice.core.policy;

import org.jspecify.annotations.Nullable;

/// A team on the way from a key to the root.
///
/// @param models null where it does not limit models
public record TeamOfKey(ObjectName name, @Nullable Globs models) {}
