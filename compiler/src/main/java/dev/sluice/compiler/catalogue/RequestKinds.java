package dev.sluice.compiler.catalogue;

import dev.sluice.core.policy.Requests;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Which models take the same requests: `requests.json`.
///
/// Two sources, and a model is in a kind only where both agree. What Claude Code 2.1.329 sends when
/// it is started with each model (fields, values and betas), measured against a recording server
/// that answered nothing; and what the provider documents of the model: its pages on effort,
/// adaptive and extended thinking, and the guides for moving to a model of the 5.5 family. What
/// neither speaks of is not in a kind, so that a request that asks for it stays with its model. A
/// model that is not listed is of no kind. Decision 15 has the details.
///
/// @param features of each kind
/// @param kinds by model
record RequestKinds(Map<String, Set<String>> features, Map<String, String> kinds) {

  RequestKinds {
    features = Map.copyOf(features);
    kinds = Map.copyOf(kinds);
  }

  static RequestKinds anthropic() {
    try (InputStream in = RequestKinds.class.getResourceAsStream("requests.json")) {
      if (in == null) {
        throw new IllegalStateException("BUG: the resource requests.json is missing");
      }
      var json = JsonMapper.shared().readTree(in);
      var features = new TreeMap<String, Set<String>>();
      for (var kind : json.path("kinds").properties()) {
        var names = kind.getValue().valueStream().map(name -> name.asString());
        features.put(kind.getKey(), names.collect(Collectors.toUnmodifiableSet()));
      }
      var kinds = new TreeMap<String, String>();
      for (var model : json.path("models").properties()) {
        kinds.put(model.getKey(), model.getValue().asString());
      }
      return new RequestKinds(features, kinds);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Null for a model of no kind, and for one without a limit.
  @Nullable Requests of(String model, @Nullable Long outputTokensMax) {
    var kind = kinds.get(model);
    var taken = kind == null ? null : features.get(kind);
    return kind == null || taken == null || outputTokensMax == null
        ? null
        : new Requests(kind, taken, outputTokensMax);
  }
}
