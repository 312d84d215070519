package dev.sluice.compiler.route;

import dev.sluice.compiler.rules.Complaints;
import dev.sluice.compiler.rules.Values;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.Routing;
import dev.sluice.crds.VirtualKey;
import dev.sluice.crds.schema.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Checks a key's routes, tiers and fallbacks; whether its providers have what they name is not
/// looked up yet.
public final class RouteRules {

  private static final Pattern HEADER =
      Pattern.compile("user-agent|anthropic-beta|x-(claude-code|sluice-tag)-[a-z0-9-]{1,100}");

  private RouteRules() {}

  public static Routing check(VirtualKey.Spec spec, Complaints complaints) {
    var rules = new ArrayList<Routing.Rule>();
    for (int i = 0; i < spec.routes().size(); i++) {
      var route = spec.routes().get(i);
      var at = "spec.routes[" + i + "]";
      Values.check(Text.TARGET, route.to(), at + ".to", complaints);
      rules.add(new Routing.Rule(match(route.match(), at + ".match", complaints), route.to()));
    }
    for (int i = 0; i < spec.fallbacks().size(); i++) {
      var fallback = spec.fallbacks().get(i);
      Values.check(Text.TARGET, fallback, "spec.fallbacks[" + i + "]", complaints);
    }
    var tiers = Values.tiers(spec.tiers(), complaints);
    return new Routing(rules, tiers, spec.fallbacks(), Routing.Simplicity.STANDARD);
  }

  private static Routing.Match match(VirtualKey.Match spec, String at, Complaints complaints) {
    var size = spec.size();
    if (size != null) {
      Values.ordered(size.minBytes(), size.maxBytes(), at + ".size", "Bytes", complaints);
    }
    var tools = spec.tools();
    if (tools != null) {
      Values.ordered(tools.minCount(), tools.maxCount(), at + ".tools", "Count", complaints);
    }
    return new Routing.Match(
        Values.glob(Text.GLOB, spec.model(), at + ".model", complaints),
        Values.tier(spec.tier(), at + ".tier", complaints),
        headers(spec, at + ".header", complaints),
        spec.thinking(),
        size == null ? null : size.minBytes(),
        size == null ? null : size.maxBytes(),
        Values.glob(Text.TOOL_GLOB, spec.session(), at + ".session", complaints),
        Values.glob(Text.TOOL_GLOB, spec.agentType(), at + ".agentType", complaints),
        Values.glob(Text.TOOL_GLOB, spec.requestClass(), at + ".requestClass", complaints),
        tools == null ? null : tools.minCount(),
        tools == null ? null : tools.maxCount(),
        complexity(spec.complexity()));
  }

  private static Routing.@Nullable Complexity complexity(VirtualKey.@Nullable Grade spec) {
    return switch (spec) {
      case null -> null;
      case Simple -> Routing.Complexity.SIMPLE;
      case Complex -> Routing.Complexity.COMPLEX;
    };
  }

  private static Map<String, Globs> headers(
      VirtualKey.Match spec, String at, Complaints complaints) {
    var headers = new TreeMap<String, Globs>();
    // Sorted, so that what is wrong is told in the same order each time.
    new TreeMap<>(spec.header())
        .forEach(
            (name, value) -> {
              if (!HEADER.matcher(name).matches()) {
                complaints.unexpected(at, name, VirtualKey.Match.HEADERS_MESSAGE);
              }
              Values.check(Text.LINE, value, at + "." + name, complaints);
              headers.put(name, new Globs(List.of(value)));
            });
    return headers;
  }
}
