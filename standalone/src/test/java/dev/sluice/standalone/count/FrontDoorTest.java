package dev.sluice.standalone.count;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sluice.extproc.count.TokenCounter;
import dev.sluice.extproc.decode.Dialect;
import dev.sluice.xds.tls.Authority;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

class FrontDoorTest {

  private static final char[] PASSWORD = "changeit".toCharArray();

  @Test
  void tells_an_estimate_from_a_count() throws Exception {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var server = HttpServer.create(address, 0);
    server.createContext(
        "/v1/messages/count_tokens",
        exchange -> {
          if ("estimate".equals(exchange.getRequestHeaders().getFirst("x-sluice-key"))) {
            exchange.getResponseHeaders().add("x-sluice-estimated", "true");
          }
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    try (var door = new FrontDoor()) {
      door.open(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
      assertThat(door.ask(question("estimate")).get(10, TimeUnit.SECONDS).estimated()).isTrue();
      assertThat(door.ask(question("count")).get(10, TimeUnit.SECONDS).estimated()).isFalse();
    } finally {
      server.stop(0);
    }
  }

  private static TokenCounter.Question question(String ticket) {
    return new TokenCounter.Question(
        ticket, new Dialect(null, null), new byte[0], Duration.ofSeconds(5));
  }

  @Test
  void asks_a_listener_with_tls_whatever_name_its_certificate_has() throws Exception {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var server = HttpsServer.create(address, 0);
    server.setHttpsConfigurator(new HttpsConfigurator(elsewhere()));
    server.createContext(
        "/v1/messages/count_tokens",
        exchange -> {
          var body = exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try (var door = new FrontDoor()) {
      door.open(URI.create("https://127.0.0.1:" + server.getAddress().getPort()));
      var body = "{}".getBytes(StandardCharsets.UTF_8);
      var question =
          new TokenCounter.Question("t", new Dialect(null, null), body, Duration.ofSeconds(5));
      var answered = door.ask(question).get(10, TimeUnit.SECONDS);
      assertThat(answered.status()).isEqualTo(200);
      assertThat(answered.body()).isEqualTo(body);
    } finally {
      server.stop(0);
    }
  }

  private static SSLContext elsewhere() throws Exception {
    var random = new SecureRandom();
    var authority = Authority.create("test", Instant.now(), random);
    var pair = Authority.server(authority, List.of("gateway.example"), Instant.now(), random);
    var certificate =
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(
                    pair.certificatePem().getBytes(StandardCharsets.US_ASCII)));
    var der = Base64.getMimeDecoder().decode(pair.keyPem().replaceAll("-----[A-Z ]+-----", ""));
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "own",
        KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der)),
        PASSWORD,
        new Certificate[] {certificate});
    var keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, PASSWORD);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }
}
