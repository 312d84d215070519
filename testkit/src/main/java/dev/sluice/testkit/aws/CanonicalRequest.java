package dev.sluice.testkit.aws;

import dev.sluice.testkit.http.HttpRequest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/// The form of a request that both sides sign, rebuilt from what was received.
final class CanonicalRequest {

  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final String UNRESERVED = "-._~";

  private CanonicalRequest() {}

  static String of(HttpRequest request, List<String> signedHeaders) {
    return String.join(
        "\n",
        request.method(),
        path(request.path()),
        query(request.query()),
        headers(request, signedHeaders),
        "",
        String.join(";", signedHeaders),
        Hashes.hex(Hashes.sha256(request.body())));
  }

  /// Without dots and empty segments; what came encoded is encoded once more (only S3 does not).
  private static String path(String path) {
    var kept = new ArrayDeque<String>();
    for (var segment : path.split("/", -1)) {
      switch (segment) {
        case "", "." -> {}
        case ".." -> kept.pollLast();
        default -> kept.addLast(encode(latin1(segment)));
      }
    }
    var ends = path.endsWith("/") && !kept.isEmpty() ? "/" : "";
    return "/" + String.join("/", kept) + ends;
  }

  private record Parameter(String name, String value) {}

  private static String query(String query) {
    if (query.isEmpty()) {
      return "";
    }
    return Arrays.stream(query.split("&", -1))
        .map(pair -> pair.split("=", 2))
        .map(pair -> new Parameter(once(pair[0]), pair.length == 2 ? once(pair[1]) : ""))
        .sorted(Comparator.comparing(Parameter::name).thenComparing(Parameter::value))
        .map(parameter -> parameter.name() + "=" + parameter.value())
        .collect(Collectors.joining("&"));
  }

  /// In the order in which they were signed, with runs of spaces as one.
  private static String headers(HttpRequest request, List<String> names) {
    return names.stream()
        .map(name -> name + ":" + values(request, name))
        .collect(Collectors.joining("\n"));
  }

  private static String values(HttpRequest request, String name) {
    return request.all(name).stream()
        .map(value -> value.strip().replaceAll(" +", " "))
        .collect(Collectors.joining(","));
  }

  /// Encoded once, whether it came encoded or not.
  private static String once(String text) {
    return encode(decode(latin1(text)));
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] decode(byte[] text) {
    var decoded = new ByteArrayOutputStream();
    for (var at = 0; at < text.length; at++) {
      if (text[at] == '%' && at + 2 < text.length && isHex(text[at + 1]) && isHex(text[at + 2])) {
        decoded.write(Character.digit(text[at + 1], 16) << 4 | Character.digit(text[at + 2], 16));
        at += 2;
      } else {
        decoded.write(text[at]);
      }
    }
    return decoded.toByteArray();
  }

  private static String encode(byte[] bytes) {
    var encoded = new StringBuilder();
    for (var b : bytes) {
      var plain = b > 0 && (Character.isLetterOrDigit(b) || UNRESERVED.indexOf(b) >= 0);
      if (plain) {
        encoded.append((char) b);
      } else {
        encoded.append('%').append(HEX.toHexDigits(b));
      }
    }
    return encoded.toString();
  }

  private static boolean isHex(byte digit) {
    return Character.digit(digit, 16) >= 0;
  }
}
