package dev.sluice.mcp.tools;

import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// JSON as RFC 8785 writes it: one text for all documents that mean the same.
///
/// Members are in the order of their names' UTF-16 units, numbers are those of ECMAScript (RFC
/// 8785, section 3.2.2.3), and text has no escapes but those that JSON demands.
final class CanonicalJson {

  /// A number below this is written without an exponent (ECMAScript, Number::toString).
  private static final int INTEGER_DIGITS_MAX = 21;

  /// So many zeros may stand behind the point before an exponent takes their place.
  private static final int LEADING_ZEROS_MAX = 6;

  private final StringBuilder text = new StringBuilder();

  private CanonicalJson() {}

  /// @throws IllegalArgumentException for a number that no double is, and for text that is no
  ///   Unicode (a lone surrogate)
  static byte[] of(JsonNode json) {
    var canonical = new CanonicalJson();
    canonical.write(json);
    return canonical.text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void write(JsonNode json) {
    switch (json.getNodeType()) {
      case OBJECT -> writeObject(json);
      case ARRAY -> writeArray(json);
      case STRING -> writeString(json.stringValue());
      case NUMBER -> text.append(number(json.doubleValue(), json));
      case BOOLEAN, NULL -> text.append(json);
      case BINARY, MISSING, POJO -> throw new IllegalArgumentException("no JSON: " + json);
    }
  }

  private void writeObject(JsonNode json) {
    // String's order is that of UTF-16 units.
    var members = new TreeMap<String, JsonNode>();
    json.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
    text.append('{');
    var separator = "";
    for (var member : members.entrySet()) {
      text.append(separator);
      writeString(member.getKey());
      text.append(':');
      write(member.getValue());
      separator = ",";
    }
    text.append('}');
  }

  private void writeArray(JsonNode json) {
    text.append('[');
    var separator = "";
    for (var element : json) {
      text.append(separator);
      write(element);
      separator = ",";
    }
    text.append(']');
  }

  private void writeString(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\b' -> text.append("\\b");
        case '\t' -> text.append("\\t");
        case '\n' -> text.append("\\n");
        case '\f' -> text.append("\\f");
        case '\r' -> text.append("\\r");
        default -> writeCharacter(value, i);
      }
    }
    text.append('"');
  }

  private void writeCharacter(String value, int i) {
    char c = value.charAt(i);
    boolean paired =
        Character.isHighSurrogate(c)
            ? i + 1 < value.length() && Character.isLowSurrogate(value.charAt(i + 1))
            : i > 0 && Character.isHighSurrogate(value.charAt(i - 1));
    if (Character.isSurrogate(c) && !paired) {
      throw new IllegalArgumentException("text with half of a surrogate pair");
    }
    if (c < ' ') {
      text.append("\\u%04x".formatted((int) c));
    } else {
      text.append(c);
    }
  }

  private static String number(double value, JsonNode json) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("a number beyond all doubles: " + json);
    }
    if (value == 0) {
      return "0";
    }
    if (value < 0) {
      return "-" + number(-value, json);
    }
    var shortest = shortest(value);
    var digits = shortest.unscaledValue().toString();
    int point = digits.length() - shortest.scale();
    if (digits.length() <= point && point <= INTEGER_DIGITS_MAX) {
      return digits + "0".repeat(point - digits.length());
    }
    if (point > 0 && point <= INTEGER_DIGITS_MAX) {
      return digits.substring(0, point) + "." + digits.substring(point);
    }
    if (point > -LEADING_ZEROS_MAX && point <= 0) {
      return "0." + "0".repeat(-point) + digits;
    }
    var exponent = (point > 0 ? "e+" : "e-") + Math.abs(point - 1);
    return digits.length() == 1
        ? digits + exponent
        : digits.charAt(0) + "." + digits.substring(1) + exponent;
  }

  /// The fewest digits that are this double. `Double.toString` writes two where one is enough, if
  /// the two are closer: 4.9E-324.
  private static BigDecimal shortest(double value) {
    var written = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    var oneDigit = written.round(new MathContext(1));
    return oneDigit.doubleValue() == value ? oneDigit : written;
  }
}
