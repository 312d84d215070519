package dev.sluice.xds.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/// What the listener shows to clients.
///
/// @param chainPem the leaf first
/// @param keyPem the leaf's key
public record ListenerCertificate(String chainPem, String keyPem) {

  /// @throws BadCertificateException with one sentence for a pair that Envoy or clients would
  ///   refuse
  public static ListenerCertificate checked(String chainPem, String keyPem, Instant now)
      throws BadCertificateException {
    var _ = Identity.checked(chainPem, keyPem, now);
    return new ListenerCertificate(chainPem, keyPem);
  }

  /// Whose it is, and until when.
  public String words() {
    try {
      var leaf = Pem.certificates(chainPem).getFirst();
      return "%s, until %s".formatted(names(leaf), leaf.getNotAfter().toInstant());
    } catch (BadCertificateException | CertificateParsingException e) {
      throw new IllegalStateException("BUG: a certificate was not checked", e);
    }
  }

  /// What clients compare; the subject is often empty.
  private static List<String> names(X509Certificate leaf) throws CertificateParsingException {
    var names = leaf.getSubjectAlternativeNames();
    return names == null
        ? List.of(leaf.getSubjectX500Principal().getName())
        : names.stream().map(name -> String.valueOf(name.get(1))).toList();
  }

  /// Without the key.
  @Override
  public String toString() {
    return "ListenerCertificate[" + chainPem.length() + " bytes of certificates]";
  }
}
