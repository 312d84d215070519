package dev.sluice.xds;

import dev.sluice.xds.tls.Authority;
import dev.sluice.xds.tls.BadCertificateException;
import dev.sluice.xds.tls.ListenerCertificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/// An authority, and clients that trust it.
record TestTls(Authority.Pair authority) {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final char[] PASSWORD = "changeit".toCharArray();

  static TestTls create() {
    return new TestTls(Authority.create("test", Instant.now(), RANDOM));
  }

  Authority.Pair server() throws BadCertificateException {
    return Authority.server(authority, List.of("localhost"), Instant.now(), RANDOM);
  }

  Authority.Pair client() throws BadCertificateException {
    return Authority.client(authority, "gateway", Instant.now(), RANDOM);
  }

  ListenerCertificate listener() throws BadCertificateException {
    var pair = server();
    return ListenerCertificate.checked(pair.certificatePem(), pair.keyPem(), Instant.now());
  }

  /// Writes `ca.crt`, `tls.crt` and `tls.key`.
  void write(Path folder, Authority.Pair pair) throws IOException {
    replace(folder.resolve("ca.crt"), authority.certificatePem());
    replace(folder.resolve("tls.crt"), pair.certificatePem());
    replace(folder.resolve("tls.key"), pair.keyPem());
  }

  private static void replace(Path file, String text) throws IOException {
    var made = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), text);
    Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
  }

  static X509Certificate certificate(String pem) throws Exception {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
  }

  /// A connection that has shaken hands; without a certificate of its own.
  SSLSocket connect(int port, String... protocols) throws Exception {
    return connect(context(null), port, protocols);
  }

  /// The same with a certificate.
  SSLSocket connectAs(Authority.Pair client, int port) throws Exception {
    return connect(context(client), port, "h2");
  }

  private static SSLSocket connect(SSLContext context, int port, String... protocols)
      throws IOException {
    var socket =
        (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    var parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(protocols);
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  /// Whom the other side is.
  static X509Certificate peer(SSLSocket socket) throws IOException {
    return (X509Certificate) socket.getSession().getPeerCertificates()[0];
  }

  private SSLContext context(Authority.Pair client) throws Exception {
    var trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", certificate(authority.certificatePem()));
    var trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    var keys = KeyManagerFactory.getInstance("PKIX");
    var own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    if (client != null) {
      own.setKeyEntry(
          "own",
          KeyFactory.getInstance("EC")
              .generatePrivate(new PKCS8EncodedKeySpec(der(client.keyPem()))),
          PASSWORD,
          new X509Certificate[] {certificate(client.certificatePem())});
    }
    keys.init(own, PASSWORD);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static byte[] der(String pem) {
    return Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
  }
}
