package dev.sluice.xds.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Date;
import java.util.List;

/// A certificate with its chain, and the key that fits it.
record Identity(List<X509Certificate> chain, PrivateKey key) {

  /// What Envoy takes.
  private static final int RSA_BITS_MIN = 2048;

  private static final byte[] PROBE = {1, 2, 3};

  Identity {
    chain = List.copyOf(chain);
  }

  /// Reads a pair, and refuses one that nobody would accept.
  static Identity checked(String chainPem, String keyPem, Instant now)
      throws BadCertificateException {
    var identity = new Identity(Pem.certificates(chainPem), Pem.key(keyPem));
    for (var certificate : identity.chain) {
      checkTime(certificate, now);
    }
    identity.checkKey();
    return identity;
  }

  private static void checkTime(X509Certificate certificate, Instant now)
      throws BadCertificateException {
    var subject = certificate.getSubjectX500Principal();
    if (certificate.getNotAfter().before(Date.from(now))) {
      throw new BadCertificateException(
          "the certificate of \"%s\" ended at %s"
              .formatted(subject, certificate.getNotAfter().toInstant()));
    }
    if (certificate.getNotBefore().after(Date.from(now))) {
      throw new BadCertificateException(
          "the certificate of \"%s\" begins at %s"
              .formatted(subject, certificate.getNotBefore().toInstant()));
    }
  }

  private void checkKey() throws BadCertificateException {
    var held = chain.getFirst().getPublicKey();
    var algorithm = algorithm(held);
    try {
      var signer = Signature.getInstance(algorithm);
      signer.initSign(key);
      signer.update(PROBE);
      var signature = signer.sign();
      var verifier = Signature.getInstance(algorithm);
      verifier.initVerify(held);
      verifier.update(PROBE);
      if (verifier.verify(signature)) {
        return;
      }
    } catch (GeneralSecurityException _) {
      // A key of another kind; told below.
    }
    throw new BadCertificateException(
        "the key does not fit the certificate of \"%s\" (expected: the leaf first, and its key)"
            .formatted(chain.getFirst().getSubjectX500Principal()));
  }

  private static String algorithm(PublicKey key) throws BadCertificateException {
    return switch (key) {
      case RSAPublicKey rsa when rsa.getModulus().bitLength() >= RSA_BITS_MIN -> "SHA256withRSA";
      case RSAPublicKey rsa ->
          throw new BadCertificateException(
              "the key has %d bits (expected: %d or more)"
                  .formatted(rsa.getModulus().bitLength(), RSA_BITS_MIN));
      case ECPublicKey _ -> "SHA256withECDSA";
      default ->
          throw new BadCertificateException(
              "the key is of the kind %s (expected: RSA or EC)".formatted(key.getAlgorithm()));
    };
  }

  /// Without the key.
  @Override
  public String toString() {
    return "Identity[" + chain.getFirst().getSubjectX500Principal() + "]";
  }
}
