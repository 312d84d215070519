package dev.sluice.compiler.secret;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.crds.SecretKeyRef;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Variables of the environment that stand for values of Secrets that no manifest has:
/// `SLUICE_SECRET_NAME_KEY` in upper case, with `_` for each character that is no letter or digit.
/// Only in the namespace `default`, which is that of manifests without one.
///
/// @param values by name; empty where the environment is not asked, as in a cluster
public record SecretVariables(Map<String, String> values) {

  public static final SecretVariables NONE = new SecretVariables(Map.of());

  private static final String PREFIX = "SLUICE_SECRET_";

  public SecretVariables {
    values = Map.copyOf(values);
  }

  /// Those among all variables of an environment.
  public static SecretVariables of(Map<String, String> environment) {
    return new SecretVariables(
        environment.entrySet().stream()
            .filter(variable -> variable.getKey().startsWith(PREFIX))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  /// What stands for the value that an object of this namespace refers to.
  public Optional<String> find(ObjectName object, SecretKeyRef ref) {
    return object.namespace().equals("default")
        ? Optional.ofNullable(values.get(name(ref)))
        : Optional.empty();
  }

  static String name(SecretKeyRef ref) {
    return PREFIX
        + (ref.name() + "_" + ref.key()).toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }

  /// The names only.
  @Override
  public String toString() {
    return "SecretVariables" + values.keySet();
  }
}
