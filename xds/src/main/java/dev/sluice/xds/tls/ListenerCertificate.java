package dev.sluice.xds.tls;

import java.time.Instant;

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

  /// Without the key.
  @Override
  public String toString() {
    return "ListenerCertificate[" + chainPem.length() + " bytes of certificates]";
  }
}
