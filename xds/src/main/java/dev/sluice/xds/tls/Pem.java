package dev.sluice.xds.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;

/// Certificates and keys as text. What cannot be read is told without a piece of it.
final class Pem {

  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private Pem() {}

  /// At least one.
  static List<X509Certificate> certificates(String pem) throws BadCertificateException {
    try {
      var bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8));
      var certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(bytes).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (!certificates.isEmpty()) {
        return certificates;
      }
    } catch (CertificateException _) {
      // Told below.
    }
    throw new BadCertificateException("the certificate cannot be read (expected: PEM)");
  }

  /// PKCS #8, or one of OpenSSL's own forms.
  static PrivateKey key(String pem) throws BadCertificateException {
    try (var parser = new PEMParser(new StringReader(pem))) {
      for (var part = parser.readObject(); part != null; part = parser.readObject()) {
        switch (part) {
          case PrivateKeyInfo key -> {
            return key(key);
          }
          case PEMKeyPair pair -> {
            return key(pair.getPrivateKeyInfo());
          }
          case PEMEncryptedKeyPair _, PKCS8EncryptedPrivateKeyInfo _ ->
              throw new BadCertificateException("the key has a passphrase (expected: none)");
          default -> {} // as the parameters of a curve, which come before its key
        }
      }
    } catch (IOException | RuntimeException _) {
      // Told below.
    }
    throw new BadCertificateException("the key cannot be read (expected: PEM)");
  }

  private static PrivateKey key(PrivateKeyInfo key) throws PEMException {
    return new JcaPEMKeyConverter().getPrivateKey(key);
  }

  static String text(X509Certificate certificate) {
    try {
      return text("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateException e) {
      throw new IllegalStateException("BUG: a certificate of ours has no encoding", e);
    }
  }

  static String text(PrivateKey key) {
    return text("PRIVATE KEY", key.getEncoded());
  }

  private static String text(String label, byte[] bytes) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, LINES.encodeToString(bytes), label);
  }
}
