package dev.sluice.mcp.upstream.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// Whose certificates are trusted.
public final class Tls {

  private Tls() {}

  /// Those that the Java runtime trusts.
  public static SSLSocketFactory standard() {
    return factory(null);
  }

  /// Only those of these authorities, in PEM.
  public static SSLSocketFactory trusting(String authorities) {
    try {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      var bytes = authorities.getBytes(StandardCharsets.US_ASCII);
      var certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(bytes));
      if (certificates.isEmpty()) {
        throw new IllegalArgumentException("ca: no certificate (expected: PEM)");
      }
      var number = 0;
      for (var certificate : certificates) {
        store.setCertificateEntry("authority-" + number++, certificate);
      }
      return factory(store);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("ca: not readable (expected: certificates in PEM)", e);
    }
  }

  private static SSLSocketFactory factory(@Nullable KeyStore trusted) {
    try {
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      var context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no TLS in this Java runtime", e);
    }
  }
}
