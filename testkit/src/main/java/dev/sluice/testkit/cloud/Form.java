package dev.sluice.testkit.cloud;

import dev.sluice.testkit.http.HttpRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/// The fields of a body of `application/x-www-form-urlencoded`; of a name that comes twice the
/// first.
public record Form(Map<String, String> fields) {

  public Form {
    fields = Map.copyOf(fields);
  }

  /// Empty where the body is something else.
  public static Form of(HttpRequest request) {
    var type = request.header("content-type").orElse("");
    if (!type.startsWith("application/x-www-form-urlencoded")) {
      return new Form(Map.of());
    }
    var text = new String(request.body(), StandardCharsets.UTF_8);
    return new Form(
        Arrays.stream(text.split("&", -1))
            .map(pair -> pair.split("=", 2))
            .filter(pair -> pair.length == 2)
            .collect(
                Collectors.toMap(pair -> decode(pair[0]), pair -> decode(pair[1]), (a, _) -> a)));
  }

  /// Empty where there is no such field.
  public String field(String name) {
    return fields.getOrDefault(name, "");
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      // What is not encoded rightly stands for itself, and is refused as any wrong value.
      return text;
    }
  }
}
