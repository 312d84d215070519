package dev.sluice.compiler.rules;

import dev.sluice.compiler.problem.Fault;
import dev.sluice.crds.AllowedNamespaces;
import dev.sluice.crds.AllowedNamespaces.From;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which namespaces may refer to an object of another one.
public sealed interface Visibility {

  /// As Kubernetes has it.
  Pattern LABEL_VALUE = Pattern.compile("|[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?");

  /// Whether a namespace with these labels may.
  boolean admits(Map<String, String> labels);

  /// Only the object's own.
  record Own() implements Visibility {
    @Override
    public boolean admits(Map<String, String> labels) {
      return false;
    }
  }

  /// Every one that has all of these labels; every one at all where there are none.
  record Labelled(Map<String, String> labels) implements Visibility {
    public Labelled {
      labels = Map.copyOf(labels);
    }

    @Override
    public boolean admits(Map<String, String> other) {
      return other.entrySet().containsAll(labels.entrySet());
    }
  }

  /// Checks `spec.allowedNamespaces`.
  static Visibility check(@Nullable AllowedNamespaces spec, Complaints complaints) {
    var from = spec == null || spec.from() == null ? From.Same : spec.from();
    var selector = spec == null ? null : spec.selector();
    if (from == From.Selector && selector == null) {
      var fault = new Fault.Missing("labels, because of from: Selector");
      complaints.add("spec.allowedNamespaces.selector", fault);
    }
    if (from != From.Selector && selector != null) {
      var expected = "only together with from: Selector";
      complaints.unexpected("spec.allowedNamespaces.selector", "a selector", expected);
    }
    if (selector != null) {
      selector.matchLabels().forEach((label, value) -> checkValue(label, value, complaints));
    }
    return switch (from) {
      case Same -> new Own();
      case All -> new Labelled(Map.of());
      case Selector -> selector == null ? new Own() : new Labelled(selector.matchLabels());
    };
  }

  private static void checkValue(String label, String value, Complaints complaints) {
    if (!LABEL_VALUE.matcher(value).matches()) {
      var field = "spec.allowedNamespaces.selector.matchLabels." + label;
      complaints.unexpected(field, value, "the value of a label, at most 63");
    }
  }
}
