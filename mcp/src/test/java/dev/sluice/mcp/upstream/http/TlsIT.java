package dev.sluice.mcp.upstream.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.Cancellation;
import dev.sluice.mcp.upstream.guard.Allowed;
import dev.sluice.mcp.upstream.guard.GuardRules;
import dev.sluice.mcp.upstream.guard.UrlGuard;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TlsIT {

  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir Path folder;

  @Test
  void trusts_the_authority_that_it_is_given_for_the_name_in_the_url_and_no_other()
      throws Exception {
    var store = store();
    var server = server(store);
    try {
      var port = server.getAddress().getPort();
      var ours = Tls.trusting(pem(store));
      assertThat(status(ours, "https://mcp.example.com:" + port + "/")).isEqualTo(204);
      assertThatThrownBy(() -> status(ours, "https://other.example.com:" + port + "/"))
          .isInstanceOf(CallException.class);
      assertThatThrownBy(() -> status(Tls.standard(), "https://mcp.example.com:" + port + "/"))
          .isInstanceOf(CallException.class);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void says_what_is_wrong_with_an_authority() {
    assertThatThrownBy(() -> Tls.trusting("no certificate"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static int status(SSLSocketFactory tls, String url) throws CallException {
    var rules = GuardRules.STANDARD.allowing(List.of(Allowed.of("127.0.0.1").orElseThrow()));
    var guard = new UrlGuard(rules, _ -> List.of(InetAddress.ofLiteral("127.0.0.1")));
    var max = Duration.ofSeconds(20);
    var query =
        new HttpQuery("GET", URI.create(url), List.of(), new byte[0], HttpQuery.Repeatable.YES);
    try (var http = new Http(guard, tls);
        var reply = http.send(query, Patience.of(max, max, max, max), new Cancellation(), 1000)) {
      return reply.status();
    }
  }

  private static HttpsServer server(KeyStore store) throws IOException, GeneralSecurityException {
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var server = HttpsServer.create(address, 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext("/", exchange -> exchange.sendResponseHeaders(204, -1));
    server.start();
    return server;
  }

  /// A certificate for one name, made by the tool of the Java runtime.
  private KeyStore store() throws Exception {
    var file = folder.resolve("keys.p12");
    var tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    var made =
        new ProcessBuilder(
                List.of(
                    tool,
                    "-genkeypair",
                    "-alias",
                    "server",
                    "-keyalg",
                    "EC",
                    "-groupname",
                    "secp256r1",
                    "-dname",
                    "CN=mcp.example.com",
                    "-ext",
                    "SAN=dns:mcp.example.com",
                    "-validity",
                    "2",
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    file.toString(),
                    "-storepass",
                    new String(PASSWORD)))
            .redirectErrorStream(true)
            .start();
    assertThat(made.waitFor()).isZero();
    var store = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return store;
  }

  private static String pem(KeyStore store) throws GeneralSecurityException {
    var encoded =
        Base64.getMimeEncoder().encodeToString(store.getCertificate("server").getEncoded());
    return "-----BEGIN CERTIFICATE-----\n" + encoded + "\n-----END CERTIFICATE-----\n";
  }
}
