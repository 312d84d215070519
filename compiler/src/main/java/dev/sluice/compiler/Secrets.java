package dev.sluice.compiler;

import dev.sluice.compiler.manifest.SecretValues;
import dev.sluice.compiler.problem.Fault;
import dev.sluice.compiler.rules.Complaints;
import dev.sluice.compiler.secret.SecretVariables;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.crds.SecretKeyRef;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The Secrets in force, and how values are found in them.
///
/// @param there those that are not in force for their problems too
/// @param variables in place of those that are not there
record Secrets(
    Map<ObjectName, SecretValues> inForce, Set<ObjectName> there, SecretVariables variables) {

  static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{20,256}");
  static final Pattern CREDENTIAL = Pattern.compile("[\\x21-\\x7e]{1,4096}");

  static Secrets of(
      Map<ObjectName, Draft<SecretValues, SecretValues>> drafts, SecretVariables variables) {
    var inForce = new TreeMap<ObjectName, SecretValues>();
    drafts.forEach(
        (name, draft) -> {
          var version = draft.now() == null ? draft.before() : draft.now();
          if (version != null) {
            inForce.put(name, version);
          }
        });
    return new Secrets(inForce, drafts.keySet(), variables);
  }

  /// The value that `object` refers to.
  Optional<String> find(ObjectName object, SecretKeyRef ref) {
    var name = new ObjectName(object.namespace(), ref.name());
    return there.contains(name)
        ? Optional.ofNullable(inForce.get(name))
            .flatMap(secret -> Optional.ofNullable(secret.value(ref.key())))
        : variables.find(object, ref);
  }

  /// The value of a key.
  ///
  /// @param ref null for a key that we make
  Optional<String> value(
      ObjectName key, @Nullable SecretKeyRef ref, Map<ObjectName, String> generated) {
    return ref == null ? Optional.ofNullable(generated.get(key)) : find(key, ref);
  }

  /// The value that `object` refers to, if it has the right form; otherwise complains.
  Optional<String> find(
      ObjectName object, SecretKeyRef ref, Pattern form, String field, Complaints complaints) {
    var found = find(object, ref, field, complaints);
    if (found.isPresent() && !form.matcher(found.get()).matches()) {
      var expected = "a value of " + (form == KEY ? "20 to 256" : "1 to 4096");
      var fault = new Fault.Unresolved("(hidden)", expected + " visible ASCII characters");
      complaints.add(field, fault);
      return Optional.empty();
    }
    return found;
  }

  /// The value that `object` refers to; complains where there is none. Names of keys are not shown
  /// where they do not exist: somebody may have written the secret there.
  Optional<String> find(ObjectName object, SecretKeyRef ref, String field, Complaints complaints) {
    var name = new ObjectName(object.namespace(), ref.name());
    var variable = there.contains(name) ? Optional.<String>empty() : variables.find(object, ref);
    if (variable.isPresent()) {
      return variable;
    }
    var secret = inForce.get(name);
    if (secret == null) {
      var expected = References.expected("Secret", name, there);
      complaints.unresolved(field + ".name", ref.name(), expected);
      return Optional.empty();
    }
    var value = secret.value(ref.key());
    if (value == null) {
      var expected = "a key of Secret " + ref.name() + ": " + String.join(", ", secret.keys());
      complaints.add(field + ".key", new Fault.Unresolved("(hidden)", expected));
    }
    return Optional.ofNullable(value);
  }

  /// The names only.
  @Override
  public String toString() {
    return "Secrets" + inForce.keySet();
  }
}
