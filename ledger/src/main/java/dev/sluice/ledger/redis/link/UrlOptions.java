package dev.sluice.ledger.redis.link;

import io.lettuce.core.SslVerifyMode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The options of a URL after its question mark, decoded.
record UrlOptions(Map<String, String> values) {

  UrlOptions {
    values = Map.copyOf(values);
  }

  static UrlOptions parse(@Nullable String query) {
    var values = new HashMap<String, String>();
    for (var option : query == null ? List.<String>of() : List.of(query.split("&", -1))) {
      int equals = option.indexOf('=');
      if (equals < 1 || values.put(option.substring(0, equals), decoded(option, equals)) != null) {
        throw bad("its options", "NAME=VALUE, joined by &, each once");
      }
    }
    return new UrlOptions(values);
  }

  private static String decoded(String option, int equals) {
    return decoded(option.substring(equals + 1));
  }

  /// A plus is a plus: only forms take it for a space.
  static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      throw bad("its escapes", "% and two hexadecimal digits");
    }
  }

  private static IllegalArgumentException bad(String what, String expected) {
    return new IllegalArgumentException("redis url: " + what + " (expected: " + expected + ")");
  }

  void allow(String... names) {
    if (!List.of(names).containsAll(values.keySet())) {
      throw bad("an option", "one of " + String.join(", ", names));
    }
    if (values.containsKey("cert") != values.containsKey("key")) {
      throw bad("cert without key, or key without cert", "both or none");
    }
    var _ = verify();
    var _ = number("database");
  }

  String text(String name) {
    return values.getOrDefault(name, "");
  }

  int number(String name) {
    var text = values.getOrDefault(name, "0");
    if (!text.matches("\\d{1,5}")) {
      throw bad(name, "a number");
    }
    return Integer.parseInt(text);
  }

  boolean tls() {
    return values.keySet().stream().anyMatch(List.of("ca", "cert", "key", "verify")::contains);
  }

  SslVerifyMode verify() {
    return switch (values.getOrDefault("verify", "full")) {
      case "full" -> SslVerifyMode.FULL;
      case "ca" -> SslVerifyMode.CA;
      default -> throw bad("verify", "full or ca");
    };
  }

  TlsFiles files() {
    return new TlsFiles(path("ca"), path("cert"), path("key"));
  }

  private @Nullable Path path(String name) {
    var text = values.get(name);
    if (text != null && text.isEmpty()) {
      throw bad(name, "the path of a PEM file");
    }
    return text == null ? null : Path.of(text);
  }
}
