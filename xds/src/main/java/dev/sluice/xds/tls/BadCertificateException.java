package dev.sluice.xds.tls;

/// A certificate or key that cannot be used; one sentence says why, without a piece of the key.
public final class BadCertificateException extends Exception {

  private static final long serialVersionUID = 1L;

  public BadCertificateException(String sentence) {
    super(sentence);
  }

  public String sentence() {
    return String.valueOf(getMessage());
  }
}
