package dev.sluice.crds.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// What a text can be like: how long, by which pattern, and what is said otherwise. Java and CEL
/// (RE2) read the patterns alike.
public enum Text {
  /// The name of an object (DNS-1123).
  NAME(
      253,
      "[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*",
      "lower-case letters, digits, \"-\" and \".\", at most 253"),

  /// An object of the own namespace, or of another one.
  REFERENCE(
      317,
      "([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?/)?"
          + "[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*",
      "a name, or namespace/name: lower-case letters, digits, \"-\" and \".\""),

  /// The name of a namespace, and of a part of an object (DNS-1123).
  LABEL(63, "[a-z0-9]([a-z0-9-]*[a-z0-9])?", "lower-case letters, digits and \"-\", at most 63"),

  /// A key of a Secret's data.
  SECRET_KEY(253, "[A-Za-z0-9._-]+", "letters, digits, \".\", \"_\" and \"-\", at most 253"),

  /// The value of a label.
  LABEL_VALUE(63, "[A-Za-z0-9._-]*", "the value of a label, at most 63"),

  /// A text for people.
  LINE(256, "[^\\x00-\\x1f\\x7f]+", "1 to 256 characters on one line"),

  /// What is sent to others as it is.
  VISIBLE(256, "[!-~]+", "1 to 256 visible ASCII characters"),

  /// The id of a client of OAuth (RFC 6749, appendix A.1).
  CLIENT_ID(256, "[ -~]+", "1 to 256 visible ASCII characters or spaces"),

  /// The canonical name of a model.
  MODEL(
      128,
      "[A-Za-z0-9][A-Za-z0-9._:@-]*",
      "a model's name: letters, digits, \".\", \"_\", \":\", \"@\" and \"-\", at most 128"),

  /// A model, or one of a certain provider.
  TARGET(
      382,
      "([a-z0-9][a-z0-9.-]*/)?[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}",
      "a model, or provider/model"),

  /// One of Claude Code's tiers.
  TIER(6, "(opus|sonnet|haiku)", "opus, sonnet or haiku"),

  /// Stands for several models.
  GLOB(128, "[A-Za-z0-9._:@*-]+", "a model's name, with * for any run of characters"),

  /// Stands for several tools or sessions.
  TOOL_GLOB(128, "[A-Za-z0-9._/*-]+", "a name, with * for any run of characters"),

  /// An amount that a budget can have.
  DOLLARS(Decimal.MOST),

  /// An amount that lifts a budget.
  RAISE(
      25,
      Decimal.FORM,
      Decimal.EXPECTED,
      Decimal.most(Decimal.MOST),
      new Check(
          "!isQuantity(self) || quantity(self).compareTo(quantity('0')) != 0", "more than 0")),

  /// Dollars for a million tokens.
  PRICE("1000000"),

  /// Dollars for a search.
  SEARCH_PRICE("1000"),

  /// Dollars for a call of a tool.
  CALL_PRICE("1000"),

  /// What a price is multiplied by.
  FACTOR("1000"),

  /// A point in time.
  TIME(
      40,
      "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt]([01][0-9]|2[0-3]):[0-5][0-9]"
          + "(:[0-5][0-9]([.][0-9]{1,9})?)?([Zz]|[+-](0[0-9]|1[0-8]):[0-5][0-9])",
      "a time such as \"2027-01-01T00:00:00Z\""),

  /// A length of time that is waited.
  DURATION(32, Length.FORM, Length.EXPECTED, Length.BETWEEN),

  /// Whether there is such a zone, only the compile step knows.
  TIME_ZONE(64, "[A-Za-z][A-Za-z0-9_+/-]*", "a time zone such as Europe/Berlin, or UTC"),

  /// Where a provider is.
  ENDPOINT(1024, Url.FORM, Url.EXPECTED),

  /// A version of Azure's API.
  API_VERSION(
      32, "[0-9]{4}-[0-9]{2}-[0-9]{2}(-preview)?", "a date such as 2024-10-21, perhaps -preview"),

  /// Where a server of tools is.
  URL(1024, Url.FORM, Url.EXPECTED),

  /// The name of a header.
  HEADER(128, "[A-Za-z0-9_-]+", "a header's name: letters, digits, \"-\" and \"_\""),

  /// The value of a header.
  HEADER_VALUE(
      1024,
      "[!-~]([ -~]*[!-~])?",
      "1 to 1024 ASCII characters on one line, with no space at either end"),

  /// A scope of OAuth.
  SCOPE(256, "[!#-\\[\\]-~]+", "1 to 256 visible ASCII characters, none of them \" or \\"),

  /// A word of a command.
  ARGUMENT(4096, "[^\\x00]+", "1 to 4096 characters"),

  /// The name of a variable of an environment.
  VARIABLE(128, "[A-Za-z_][A-Za-z0-9_]*", "a variable's name: letters, digits and \"_\""),

  /// The value of such a variable.
  VARIABLE_VALUE(4096, "[^\\x00]*", "at most 4096 characters"),

  /// Whether it is one, only the compile step knows.
  REGEX(256, "[^\\x00-\\x1f\\x7f]+", "a regular expression of 1 to 256 characters on one line"),

  /// The digest of a definition.
  DIGEST(71, "sha256:[0-9a-f]{64}", "sha256: and 64 hexadecimal digits"),

  /// What the operator writes: a word or an amount.
  REPORTED(253),

  /// What the operator writes for people.
  REPORTED_SENTENCE(32_768),

  /// A definition of a tool, as JSON.
  REPORTED_DEFINITION(65_536);

  private final int charsMax;
  private final Pattern pattern;
  private final List<Check> checks;

  /// What must hold of `self`, in CEL, and what is said where it does not.
  public record Check(String cel, String message) {}

  Text(int charsMax) {
    this.charsMax = charsMax;
    this.pattern = Pattern.compile("(?s).*");
    this.checks = List.of();
  }

  Text(int charsMax, String pattern, String expected, Check... more) {
    this.charsMax = charsMax;
    this.pattern = Pattern.compile(pattern);
    var all = new ArrayList<Check>();
    all.add(new Check("self.matches(r'^" + pattern + "$')", expected));
    all.addAll(List.of(more));
    this.checks = List.copyOf(all);
  }

  /// A plain decimal between zero and the most.
  Text(String most) {
    this(25, Decimal.FORM, Decimal.EXPECTED, Decimal.most(most));
  }

  public int charsMax() {
    return charsMax;
  }

  public List<Check> checks() {
    return checks;
  }

  /// What is said of a text that does not match.
  public String expected() {
    return checks.getFirst().message();
  }

  /// Whether the text has the length and the form; further checks may refuse it all the same.
  public boolean matches(String text) {
    return text.codePointCount(0, text.length()) <= charsMax && pattern.matcher(text).matches();
  }

  private static final class Decimal {
    static final String MOST = "9007199.254740992";
    static final String FORM = "[0-9]{1,15}([.][0-9]{1,9})?";
    static final String EXPECTED = "a plain decimal such as \"12.50\", at most nine decimal places";

    /// Compared exactly, as a quantity of Kubernetes.
    static Check most(String usd) {
      var cel = "!isQuantity(self) || quantity(self).compareTo(quantity('" + usd + "')) <= 0";
      return new Check(cel, "at most " + usd);
    }
  }

  private static final class Length {
    /// Hours have few digits, since a sum must not overflow.
    static final String FORM = "([0-9]{1,7}(ms|m|s)|[0-9]{1,4}h){1,4}";

    static final String EXPECTED = "a duration such as 500ms, 5s or 1m30s, from 1ms to 1h";
    static final Check BETWEEN =
        new Check(
            "!self.matches(r'^"
                + FORM
                + "$') || (duration(self) >= duration('1ms') && duration(self) <= duration('1h'))",
            EXPECTED);
  }

  private static final class Url {
    static final String FORM =
        "[Hh][Tt][Tt][Pp][Ss]?://(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)"
            + "(:[1-9][0-9]{0,4})?(/[A-Za-z0-9._~!$&()*+,;=:%/-]*)?";
    static final String EXPECTED =
        "http or https, a host, and perhaps a port and a path; no user, query or fragment";
  }
}
