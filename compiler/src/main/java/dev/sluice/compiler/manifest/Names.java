package dev.sluice.compiler.manifest;

import java.util.regex.Pattern;

/// The names that Kubernetes allows (DNS-1123).
public final class Names {

  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");
  private static final int SUBDOMAIN_CHARS_MAX = 253;

  public static final String SUBDOMAIN_EXPECTED =
      "lower-case letters, digits, \"-\" and \".\", at most 253";
  public static final String LABEL_EXPECTED = "lower-case letters, digits and \"-\", at most 63";

  private Names() {}

  /// Whether this can name a namespace.
  public static boolean label(String name) {
    return LABEL.matcher(name).matches();
  }

  /// Whether this can name an object.
  public static boolean subdomain(String name) {
    return name.length() <= SUBDOMAIN_CHARS_MAX && SUBDOMAIN.matcher(name).matches();
  }
}
