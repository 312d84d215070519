package dev.sluice.testkit.anthropic.rules;

import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.provider.ForbiddenHeaders;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The headers of a request: its credential, its version, and what must never reach a provider.
///
/// @param apiKeys values of `x-api-key` that the API knows
/// @param bearers values of `Authorization: Bearer` that it knows
public record HeaderRules(Set<String> apiKeys, Set<String> bearers, ForbiddenHeaders forbidden) {

  public HeaderRules {
    apiKeys = Set.copyOf(apiKeys);
    bearers = Set.copyOf(bearers);
  }

  /// What no provider should ever see in this request, one sentence each.
  public List<String> violations(HttpRequest request) {
    var credentials =
        request.all("x-api-key").size() + request.all("authorization").size() > 1
            ? Stream.of("more than one credential (expected: x-api-key or authorization)")
            : Stream.<String>empty();
    return Stream.concat(forbidden.violations(request).stream(), credentials).toList();
  }

  /// Refuses a request whose credential is not known; returns the credential.
  public String authenticate(HttpRequest request) {
    var bearer =
        request
            .header("authorization")
            .filter(value -> value.startsWith("Bearer "))
            .map(value -> value.substring("Bearer ".length()));
    var known =
        Stream.of(
                request.header("x-api-key").filter(apiKeys::contains),
                bearer.filter(bearers::contains))
            .flatMap(Optional::stream)
            .findFirst();
    return known.orElseThrow(
        () ->
            new RefusedException(
                401,
                "authentication_error",
                bearer.map(_ -> "Invalid bearer token").orElse("invalid x-api-key")));
  }

  /// Refuses a request without a version that there is.
  public void checkVersion(HttpRequest request) {
    VersionRules.checkHeader(request);
  }

  /// Refuses a body that is not declared as JSON.
  public void checkContentType(HttpRequest request) {
    var type = request.header("content-type").orElse("").toLowerCase(Locale.ROOT);
    if (!type.equals("application/json") && !type.startsWith("application/json;")) {
      throw RefusedException.invalid("content-type: application/json is required");
    }
  }
}
