package dev.sluice.testkit.provider;

import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Headers that must never reach a provider.
///
/// @param names in lower case; one that ends with `-` stands for all it begins
public record ForbiddenHeaders(Set<String> names) {

  private static final Set<String> CONNECTION_OPTIONS = Set.of("keep-alive", "close");

  /// What is between client and gateway, and between one proxy and the next.
  public static final ForbiddenHeaders STANDARD =
      new ForbiddenHeaders(
          Set.of(
              "x-sluice-",
              "x-envoy-",
              "proxy-authorization",
              "proxy-connection",
              "keep-alive",
              "te",
              "trailer",
              "upgrade"));

  public ForbiddenHeaders {
    names = Set.copyOf(names);
  }

  public ForbiddenHeaders with(String... more) {
    var all = new HashSet<>(names);
    all.addAll(List.of(more));
    return new ForbiddenHeaders(all);
  }

  /// One sentence for each that the request has.
  public List<String> violations(HttpRequest request) {
    return request.headers().stream()
        .filter(this::has)
        .map(header -> "header %s (expected: none)".formatted(header.name()))
        .toList();
  }

  private boolean has(Header header) {
    var name = header.name().toLowerCase(Locale.ROOT);
    if (name.equals("connection")) {
      return !CONNECTION_OPTIONS.contains(header.value().toLowerCase(Locale.ROOT));
    }
    return names.stream()
        .anyMatch(rule -> rule.endsWith("-") ? name.startsWith(rule) : name.equals(rule));
  }
}
