package dev.sluice.mcp.upstream.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.Cancellation;
import dev.sluice.mcp.upstream.guard.Allowed;
import dev.sluice.mcp.upstream.guard.GuardRules;
import dev.sluice.mcp.upstream.guard.UrlGuard;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class RebindingIT {

  private static final Duration WITHIN = Duration.ofSeconds(30);

  private static HttpReply get(Http http, URI url) throws CallException {
    var max = Duration.ofSeconds(20);
    var query = new HttpQuery("GET", url, List.of(), new byte[0], HttpQuery.Repeatable.YES);
    return http.send(query, Patience.of(max, max, max, max), new Cancellation(), 1000);
  }

  @Test
  void connects_to_the_address_that_was_checked_and_looks_a_name_up_once() throws CallException {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD)) {
      var lookups = new AtomicInteger();
      var rules = GuardRules.STANDARD.allowing(List.of(Allowed.of("127.0.0.1").orElseThrow()));
      // The name leads to the server that is allowed first, and elsewhere from then on.
      var guard =
          new UrlGuard(
              rules,
              _ ->
                  List.of(
                      InetAddress.ofLiteral(
                          lookups.incrementAndGet() == 1 ? "127.0.0.1" : "127.0.0.2")));
      var url = URI.create("http://rebinding.example:" + server.url().getPort() + "/mcp");
      try (var http = new Http(guard, Tls.standard())) {
        try (var reply = get(http, url)) {
          assertThat(reply.status()).isEqualTo(405);
        }
        assertThat(lookups).hasValue(1);
        // The connection that was made to the checked address is used again.
        try (var reply = get(http, url)) {
          assertThat(reply.status()).isEqualTo(405);
        }
        assertThat(lookups).hasValue(1);
      }
      try (var http = new Http(guard, Tls.standard())) {
        get(http, url).close();
        throw new AssertionError("connected to an address that is not allowed");
      } catch (CallException e) {
        assertThat(e.failure().reason()).isEqualTo(Reason.FORBIDDEN_ADDRESS);
      }
    }
  }

  @Test
  void a_connection_that_rests_ends_once_its_address_may_not_be_called_any_more()
      throws CallException {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD)) {
      var open = GuardRules.STANDARD.allowing(List.of(Allowed.of("127.0.0.1").orElseThrow()));
      var rules = new AtomicReference<>(open);
      var guard = new UrlGuard(rules::get, _ -> List.of(InetAddress.ofLiteral("127.0.0.1")));
      var url = URI.create("http://moving.example:" + server.url().getPort() + "/mcp");
      try (var http = new Http(guard, Tls.standard())) {
        get(http, url).close();
        get(http, url).close();
        assertThat(server.connections()).isOne();
        rules.set(GuardRules.STANDARD);
        assertThatThrownBy(() -> get(http, url))
            .isInstanceOfSatisfying(
                CallException.class,
                e -> assertThat(e.failure().reason()).isEqualTo(Reason.FORBIDDEN_ADDRESS));
        await().atMost(WITHIN).until(() -> server.connections() == 0);
        rules.set(open);
        get(http, url).close();
        assertThat(server.connections()).isOne();
      }
    }
  }
}
