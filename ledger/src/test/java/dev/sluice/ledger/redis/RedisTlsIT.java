package dev.sluice.ledger.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ledger.Blocking;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.Reservation;
import dev.sluice.ledger.Samples;
import dev.sluice.testkit.RedisServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisTlsIT {

  @TempDir static Path folder;
  @TempDir static Path foreign;

  private static Authority authority;
  private static Authority.Pem client;
  private static RedisServer server;
  private static TlsFront front;

  @BeforeAll
  static void start() throws Exception {
    authority = Authority.make(folder);
    client = authority.issue("gateway");
    server = RedisServer.start();
    front = TlsFront.start(server, authority, "localhost");
  }

  @AfterAll
  static void end() {
    front.close();
    server.close();
  }

  private static String ca() {
    return "ca=" + authority.ca();
  }

  @Test
  void both_sides_show_their_certificates() {
    var config = RedisConfig.of(front.url(ca() + client.options()));
    try (var ledger = new Blocking(RedisLedger.connect(config))) {
      assertThat(ledger.reserve(Samples.hold("h1", Samples.sixLevels("alice", "1"), "1", "1")))
          .isInstanceOf(Reservation.Granted.class);
    }
  }

  @Test
  void a_ca_of_somebody_else_is_not_trusted() throws Exception {
    var other = Authority.make(foreign);
    refuses(front.url("ca=" + other.ca() + client.options()), "TLS: ");
    refuses(front.url("verify=full" + client.options()), "TLS: ");
  }

  @Test
  void a_certificate_of_another_host_is_not_taken_unless_it_may() throws Exception {
    try (var elsewhere = TlsFront.start(server, authority, "redis.example")) {
      var url = elsewhere.url(ca() + client.options());
      refuses(url, "TLS: No subject alternative DNS name matching localhost");
      RedisLedger.connect(RedisConfig.of(url + "&verify=ca")).close();
    }
  }

  @Test
  void a_certificate_that_the_server_asks_for_is_missed() {
    refuses(front.url(ca()), "TLS: ");
  }

  @Test
  void tls_and_none_do_not_meet() {
    refuses("rediss://localhost:" + server.port(), "Connection initialization timed out");
    refuses("redis://localhost:" + front.port(), "");
  }

  @Test
  void a_file_that_is_missing_is_named() {
    assertThatThrownBy(() -> RedisLedger.connect(RedisConfig.of(front.url("ca=/none/ca.crt"))))
        .isInstanceOf(LedgerUnavailableException.class)
        .hasMessage("redis: ca: /none/ca.crt (expected: a PEM file that can be read)");
  }

  private static void refuses(String url, String sentence) {
    assertThatThrownBy(() -> RedisLedger.connect(RedisConfig.of(url)))
        .isInstanceOf(LedgerUnavailableException.class)
        .hasMessageStartingWith("redis: cannot connect to redis")
        .hasMessageContaining(": " + sentence)
        .hasMessageContaining("TLS");
  }
}
