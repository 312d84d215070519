package dev.sluice.crds.schema;

import java.util.ArrayList;
import java.util.List;

/// What a text can be like: how long, by which conditions in CEL, and what is said otherwise. The
/// patterns have no backslash but in [#LINE], so that CEL, RE2 and YAML read them alike.
public enum Text {
  /// The name of an object (DNS-1123).
  NAME(
      253,
      matches("[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*"),
      "lower-case letters, digits, \"-\" and \".\", at most 253"),

  /// The name of a namespace, and of a part of an object (DNS-1123).
  LABEL(
      63,
      matches("[a-z0-9]([a-z0-9-]*[a-z0-9])?"),
      "lower-case letters, digits and \"-\", at most 63"),

  /// A key of a Secret's data.
  SECRET_KEY(253, matches("[A-Za-z0-9._-]+"), "letters, digits, \".\", \"_\" and \"-\", at most 253"),

  /// The value of a label.
  LABEL_VALUE(63, matches("[A-Za-z0-9._-]*"), "the value of a label, at most 63"),

  /// A text for people.
  LINE(256, "self.matches(r'^[^\\x00-\\x1f\\x7f]+$')", "1 to 256 characters on one line"),

  /// What is sent to others as it is.
  VISIBLE(256, matches("[!-~]+"), "1 to 256 visible ASCII characters"),

  /// The canonical name of a model.
  MODEL(
      128,
      matches("[A-Za-z0-9][A-Za-z0-9._:@-]*"),
      "a model's name: letters, digits, \".\", \"_\", \":\", \"@\" and \"-\", at most 128"),

  /// A model, or one of a certain provider.
  TARGET(
      382,
      matches("([a-z0-9][a-z0-9.-]*/)?[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}"),
      "a model, or provider/model"),

  /// Stands for several models.
  GLOB(128, matches("[A-Za-z0-9._:@*-]+"), "a model's name, with * for any run of characters"),

  /// Stands for several tools or sessions.
  TOOL_GLOB(128, matches("[A-Za-z0-9._/*-]+"), "a name, with * for any run of characters"),

  /// An amount that a budget can have.
  DOLLARS(Decimal.MOST),

  /// An amount that lifts a budget.
  RAISE(
      25,
      Decimal.FORM,
      Decimal.EXPECTED,
      most(Decimal.MOST),
      atMost(Decimal.MOST),
      "!isQuantity(self) || quantity(self).compareTo(quantity('0')) != 0",
      "more than 0"),

  /// Dollars for a million tokens.
  PRICE("1000000"),

  /// Dollars for a search.
  SEARCH_PRICE("1000"),

  /// What a price is multiplied by.
  FACTOR("1000"),

  /// A point in time.
  TIME(
      40,
      matches(
          "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt]([01][0-9]|2[0-3]):[0-5][0-9]"
              + "(:[0-5][0-9]([.][0-9]{1,9})?)?([Zz]|[+-](0[0-9]|1[0-8]):[0-5][0-9])"),
      "a time such as \"2027-01-01T00:00:00Z\""),

  /// A length of time that is waited. Hours have few digits, since a sum must not overflow.
  DURATION(
      32,
      matches("([0-9]{1,7}(ms|m|s)|[0-9]{1,4}h){1,4}")
          + " && duration(self) >= duration('1ms') && duration(self) <= duration('1h')",
      "a duration such as 500ms, 5s or 1m30s, from 1ms to 1h"),

  /// Whether there is such a zone, only the compile step knows.
  TIME_ZONE(
      64,
      matches("[A-Za-z][A-Za-z0-9_+/-]*"),
      "a time zone such as Europe/Berlin, or UTC"),

  /// Where a provider is.
  ENDPOINT(
      1024,
      matches(Url.FORM),
      Url.EXPECTED,
      "!self.matches('^[^/]*//[^/]*(/.*)?/v1(/messages)?/*$')",
      "the address without /v1, which requests bring along"),

  /// Where a server of tools is.
  URL(1024, matches(Url.FORM), Url.EXPECTED),

  /// The name of a header.
  HEADER(128, matches("[A-Za-z0-9_-]+"), "a header's name: letters, digits, \"-\" and \"_\""),

  /// The digest of a definition.
  DIGEST(71, matches("sha256:[0-9a-f]{64}"), "sha256: and 64 hexadecimal digits"),

  /// What the operator writes: a word or an amount, and a sentence.
  REPORTED(253),
  REPORTED_SENTENCE(32_768);

  private final int charsMax;
  private final List<Check> checks;

  /// What must hold of `self`, in CEL, and what is said where it does not.
  public record Check(String cel, String message) {}

  /// @param checks conditions and messages in turns
  Text(int charsMax, String... checks) {
    this.charsMax = charsMax;
    var all = new ArrayList<Check>();
    for (int i = 0; i < checks.length; i += 2) {
      all.add(new Check(checks[i], checks[i + 1]));
    }
    this.checks = List.copyOf(all);
  }

  /// A plain decimal between zero and the most.
  Text(String most) {
    this(25, Decimal.FORM, Decimal.EXPECTED, most(most), atMost(most));
  }

  public int charsMax() {
    return charsMax;
  }

  public List<Check> checks() {
    return checks;
  }

  private static String matches(String pattern) {
    return "self.matches('^" + pattern + "$')";
  }

  private static String most(String usd) {
    return "!isQuantity(self) || quantity(self).compareTo(quantity('" + usd + "')) <= 0";
  }

  private static String atMost(String usd) {
    return "at most " + usd;
  }

  /// Decimals are compared exactly, as the quantities of Kubernetes.
  private static final class Decimal {
    static final String MOST = "9007199.254740992";
    static final String FORM = matches("[0-9]{1,15}([.][0-9]{1,9})?");
    static final String EXPECTED = "a plain decimal such as \"12.50\", at most nine decimal places";
  }

  private static final class Url {
    static final String FORM =
        "[Hh][Tt][Tt][Pp][Ss]?://([[][0-9A-Fa-f:.]+[]]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)"
            + "(:[1-9][0-9]{0,4})?(/[A-Za-z0-9._~!$&()*+,;=:%/-]*)?";
    static final String EXPECTED =
        "http or https, a host, and perhaps a port and a path; no user, query or fragment";
  }
}
