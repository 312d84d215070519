package dev.sluice.standalone.redis;

import dev.sluice.ledger.redis.RedisConfig;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Pattern;

/// Where the user's Redis is. What is wrong with it is never told with the text, which may hold a
/// password.
public final class RedisUrl {

  public static final String EXPECTED =
      "a URL such as redis://127.0.0.1:6379, redis://:PASSWORD@HOST:PORT/DATABASE,"
          + " rediss://HOST or redis-socket:///PATH, with special characters of the password"
          + " escaped, as %40 for @ and %2F for /";
  private static final Pattern DATABASE = Pattern.compile("/?|/\\d{1,5}");
  private static final Pattern QUERY =
      Pattern.compile("[A-Za-z]+=[A-Za-z0-9._-]*(&[A-Za-z]+=[A-Za-z0-9._-]*)*");

  private RedisUrl() {}

  /// Empty where the text is none.
  public static Optional<URI> parse(String text) {
    try {
      var uri = new URI(text);
      if (valid(uri)) {
        RedisConfig.of(text);
        return Optional.of(uri);
      }
    } catch (URISyntaxException | IllegalArgumentException _) {
      // As any other text that is no URL of a Redis.
    }
    return Optional.empty();
  }

  /// An unescaped password can make a URL that is valid, and means another host.
  private static boolean valid(URI uri) {
    var plain = uri.getRawFragment() == null && validQuery(uri);
    return switch (uri.getScheme()) {
      case "redis", "rediss" ->
          plain && uri.getHost() != null && DATABASE.matcher(uri.getRawPath()).matches();
      case "redis-socket" -> plain && uri.getRawPath() != null && uri.getRawPath().length() > 1;
      case null, default -> false;
    };
  }

  private static boolean validQuery(URI uri) {
    return uri.getRawQuery() == null || QUERY.matcher(uri.getRawQuery()).matches();
  }
}
