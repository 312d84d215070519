package dev.sluice.extproc.models;

import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.reply.Refused;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The parameters of a query; of several with one name the first counts.
record Query(Map<String, String> values) {

  private static final int CHARS_MAX = 2_000;

  Query {
    values = Map.copyOf(values);
  }

  static Query parse(@Nullable String query) {
    var values = new HashMap<String, String>();
    if (query != null && query.length() <= CHARS_MAX) {
      for (var pair : query.split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          values.putIfAbsent(pair.substring(0, equals), decode(pair.substring(equals + 1)));
        }
      }
    }
    return new Query(values);
  }

  private static String decode(String value) {
    try {
      return URLDecoder.decode(value, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      throw new Refused(new Refusal.BodyMalformed("query: " + value, "percent-encoded text"));
    }
  }

  @Nullable String value(String name) {
    return values.get(name);
  }

  int number(String name, int otherwise, int max) {
    var value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.matches("[1-9][0-9]{0,5}") || Integer.parseInt(value) > max) {
      throw new Refused(new Refusal.BodyMalformed(name + ": " + value, "1.." + max));
    }
    return Integer.parseInt(value);
  }
}
