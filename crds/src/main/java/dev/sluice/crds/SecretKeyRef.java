package dev.sluice.crds;

import dev.sluice.crds.schema.Is;
import dev.sluice.crds.schema.Text;

/// Points at one value in a Secret of the same namespace.
///
/// @param name the Secret's name; required
/// @param key the key in the Secret's `data` or `stringData`; required
public record SecretKeyRef(@Is(Text.NAME) String name, @Is(Text.SECRET_KEY) String key) {}
