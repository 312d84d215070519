package dev.sluice.compiler.tools;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;

/// Certificates that a server of tools is trusted by.
public final class Certificates {

  public static final String EXPECTED = "certificates as PEM, at most 65536 characters";

  private static final int CHARS_MAX = 65_536;

  private Certificates() {}

  /// Whether this is one at least, and nothing else than certificates.
  public static boolean areIn(String pem) {
    if (pem.length() > CHARS_MAX || pem.contains("PRIVATE KEY")) {
      return false;
    }
    try {
      var bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8));
      return !CertificateFactory.getInstance("X.509").generateCertificates(bytes).isEmpty();
    } catch (CertificateException _) {
      return false;
    }
  }
}
