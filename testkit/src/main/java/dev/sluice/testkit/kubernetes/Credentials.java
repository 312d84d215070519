package dev.sluice.testkit.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.HexFormat;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// What an API server and its clients know each other by, in one folder.
///
/// The server makes its own certificate there when it first starts; the key that signs the tokens
/// of service accounts and the admin's token are made here.
record Credentials(Path folder, String adminToken) {

  private static final int KEY_BITS = 2048;

  static Credentials make(Path folder) {
    var random = new byte[16];
    new SecureRandom().nextBytes(random);
    var made = new Credentials(folder, HexFormat.of().formatHex(random));
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(KEY_BITS);
      var pair = generator.generateKeyPair();
      write(made.signingKey(), pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
      write(made.verifyingKey(), pem("PUBLIC KEY", pair.getPublic().getEncoded()));
      write(made.tokens(), made.adminToken + ",admin,admin,\"system:masters\"\n");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK cannot make an RSA key", e);
    }
    return made;
  }

  Path signingKey() {
    return folder.resolve("service-accounts.key");
  }

  Path verifyingKey() {
    return folder.resolve("service-accounts.pub");
  }

  /// Of users by token.
  Path tokens() {
    return folder.resolve("tokens.csv");
  }

  /// The server's certificate, with the authority that signed it.
  Path certificate() {
    return folder.resolve("apiserver.crt");
  }

  /// What a kubeconfig trusts.
  String authority() {
    try {
      return Base64.getEncoder().encodeToString(Files.readAllBytes(certificate()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Trusts the server's certificate and no other.
  SSLContext tls() throws IOException {
    try (InputStream in = Files.newInputStream(certificate())) {
      var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      for (var each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        trusted.setCertificateEntry("certificate-" + trusted.size(), each);
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      var context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("no certificate in " + certificate(), e);
    }
  }

  private static String pem(String what, byte[] encoded) {
    var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
    return "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n";
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
