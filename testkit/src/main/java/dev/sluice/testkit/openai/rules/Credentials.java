package dev.sluice.testkit.openai.rules;

import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.openai.config.OpenAiConfig.Door;
import dev.sluice.testkit.openai.rules.RefusedException.Reason;
import dev.sluice.testkit.provider.ForbiddenHeaders;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// The headers of a request: its credential, its content type, and what must never arrive here.
public final class Credentials {

  /// Another provider's headers are a leak, and tell of a credential in the wrong hands.
  private static final ForbiddenHeaders FORBIDDEN =
      ForbiddenHeaders.STANDARD.with("x-api-key", "anthropic-", "x-goog-", "x-amz-");

  private Credentials() {}

  /// What no provider should ever see in this request, one sentence each.
  public static List<String> violations(HttpRequest request) {
    var credentials =
        request.all("api-key").size() + request.all("authorization").size() > 1
            ? Stream.of("more than one credential (expected: authorization or api-key)")
            : Stream.<String>empty();
    return Stream.concat(FORBIDDEN.violations(request).stream(), credentials).toList();
  }

  /// Refuses a request whose credential is not the door's.
  public static void check(HttpRequest request, Door door) {
    switch (door.host()) {
      case OPENAI -> checkBearer(request, door.apiKey());
      case AZURE -> {
        if (!hasToken(request, door)) {
          checkApiKey(request, door.apiKey());
        }
      }
    }
  }

  private static boolean hasToken(HttpRequest request, Door door) {
    return request
        .header("authorization")
        .filter(value -> value.startsWith("Bearer "))
        .filter(value -> door.tokens().test(value.substring("Bearer ".length())))
        .isPresent();
  }

  private static void checkBearer(HttpRequest request, String known) {
    var given = request.header("authorization").orElse("");
    if (!given.startsWith("Bearer ")) {
      throw RefusedException.invalid(
          401,
          "You didn't provide an API key. You need to provide your API key in an Authorization"
              + " header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
          "",
          "");
    }
    if (!given.equals("Bearer " + known)) {
      throw RefusedException.invalid(401, "Incorrect API key provided.", "", "invalid_api_key");
    }
  }

  private static void checkApiKey(HttpRequest request, String known) {
    if (!request.header("api-key").orElse("").equals(known)) {
      throw new RefusedException(
          401,
          "Access denied due to invalid subscription key or wrong API endpoint. Make sure to"
              + " provide a valid key for an active subscription and use a correct regional API"
              + " endpoint for your resource.",
          new Reason("", "", "401"));
    }
  }

  /// Refuses a body that is not declared as JSON.
  public static void checkContentType(HttpRequest request) {
    var type = request.header("content-type").orElse("");
    var plain = type.toLowerCase(Locale.ROOT);
    if (!plain.equals("application/json") && !plain.startsWith("application/json;")) {
      throw RefusedException.invalid(
          "Unsupported 'content-type' header: '%s'. This API method only accepts".formatted(type)
              + " 'application/json' requests.",
          "",
          "");
    }
  }
}
