package dev.sluice.compiler.manifest;

import dev.sluice.crds.schema.Text;

/// The names that Kubernetes allows (DNS-1123).
public final class Names {

  public static final String SUBDOMAIN_EXPECTED = Text.NAME.expected();
  public static final String LABEL_EXPECTED = Text.LABEL.expected();

  private Names() {}

  /// Whether this can name a namespace.
  public static boolean label(String name) {
    return Text.LABEL.matches(name);
  }

  /// Whether this can name an object.
  public static boolean subdomain(String name) {
    return Text.NAME.matches(name);
  }
}
