package dev.sluice.xds.tls;

import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;

/// What one side of mutual TLS shows, and whom it trusts: from files that are read anew when they
/// change.
record OwnIdentity(
    AdvancedTlsX509KeyManager keys, AdvancedTlsX509TrustManager trust, WatchedFiles files)
    implements AutoCloseable {

  /// @param folder has `ca.crt` (whom it trusts), `tls.crt` and `tls.key`
  static OwnIdentity watch(Path folder, InstantSource clock, Verification verification)
      throws IOException, BadCertificateException {
    var keys = new AdvancedTlsX509KeyManager();
    var trust = trust(verification);
    var files =
        WatchedFiles.start(
            List.of(folder.resolve("ca.crt"), folder.resolve("tls.crt"), folder.resolve("tls.key")),
            texts -> take(texts, clock, keys, trust));
    return new OwnIdentity(keys, trust, files);
  }

  private static AdvancedTlsX509TrustManager trust(Verification verification) {
    try {
      return AdvancedTlsX509TrustManager.newBuilder().setVerification(verification).build();
    } catch (CertificateException e) {
      throw new IllegalStateException("BUG: no certificates", e);
    }
  }

  private static void take(
      List<String> texts,
      InstantSource clock,
      AdvancedTlsX509KeyManager keys,
      AdvancedTlsX509TrustManager trust)
      throws BadCertificateException {
    var trusted = Pem.certificates(texts.get(0)).toArray(X509Certificate[]::new);
    var own = Identity.checked(texts.get(1), texts.get(2), clock.instant());
    try {
      trust.updateTrustCredentials(trusted);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("BUG: certificates that were read cannot be used", e);
    }
    keys.updateIdentityCredentials(own.chain().toArray(X509Certificate[]::new), own.key());
  }

  @Override
  public void close() {
    files.close();
  }
}
