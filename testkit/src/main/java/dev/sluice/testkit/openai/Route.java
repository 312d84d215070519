package dev.sluice.testkit.openai;

import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.openai.config.OpenAiConfig.Door;
import dev.sluice.testkit.openai.config.OpenAiConfig.Host;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Where a path leads.
///
/// @param rest after the endpoint's name; empty for nothing
record Route(Endpoint endpoint, String rest) {

  private static final String DEPLOYMENTS = "/openai/deployments/";
  private static final Pattern API_VERSION =
      Pattern.compile("(^|.*&)api-version=\\d{4}-\\d{2}-\\d{2}(-preview)?(&.*|$)");

  private static final Set<Endpoint> BY_DEPLOYMENT = Set.of(Endpoint.CHAT, Endpoint.EMBEDDINGS);

  enum Endpoint {
    CHAT("/chat/completions"),
    RESPONSES("/responses"),
    INPUT_TOKENS("/responses/input_tokens"),
    EMBEDDINGS("/embeddings"),
    MODELS("/models");

    private final String path;

    Endpoint(String path) {
      this.path = path;
    }
  }

  /// Empty for a path that leads nowhere.
  static Optional<Route> of(HttpRequest request, Door door) {
    var path = request.path();
    if (door.host() == Host.AZURE && path.startsWith(DEPLOYMENTS)) {
      var rest = path.substring(DEPLOYMENTS.length() + deployment(path).orElse("").length());
      return of(rest)
          .filter(route -> BY_DEPLOYMENT.contains(route.endpoint()))
          .filter(_ -> API_VERSION.matcher(request.query()).matches());
    }
    return path.startsWith(door.basePath() + "/")
        ? of(path.substring(door.basePath().length())).filter(route -> route.isAt(door.host()))
        : Optional.empty();
  }

  /// Azure's reference has no count.
  private boolean isAt(Host host) {
    return host == Host.OPENAI || endpoint != Endpoint.INPUT_TOKENS;
  }

  /// Whether what is refused here would have been billed.
  static boolean isBilled(HttpRequest request) {
    return request.method().equals("POST") && !request.path().endsWith(Endpoint.INPUT_TOKENS.path);
  }

  private static Optional<Route> of(String path) {
    for (var endpoint : Endpoint.values()) {
      if (path.equals(endpoint.path)) {
        return Optional.of(new Route(endpoint, ""));
      }
    }
    var models = Endpoint.MODELS.path + "/";
    return path.startsWith(models)
        ? Optional.of(new Route(Endpoint.MODELS, path.substring(models.length())))
        : Optional.empty();
  }

  /// The deployment that a path of Azure names.
  static Optional<String> deployment(String path) {
    if (!path.startsWith(DEPLOYMENTS)) {
      return Optional.empty();
    }
    var rest = path.substring(DEPLOYMENTS.length());
    return Optional.of(rest.substring(0, Math.max(0, rest.indexOf('/'))));
  }
}
