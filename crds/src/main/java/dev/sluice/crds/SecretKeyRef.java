package dev.sluice.crds;

/// Points at one value in a Secret of the same namespace.
///
/// @param name the Secret's name; required
/// @param key the key in the Secret's `data` or `stringData`; required
public record SecretKeyRef(String name, String key) {}
