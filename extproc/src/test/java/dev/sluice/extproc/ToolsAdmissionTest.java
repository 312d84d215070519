package dev.sluice.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.envoy.DataPlane;
import dev.sluice.core.mcp.Admissions.Admitted;
import dev.sluice.extproc.TestGateway.Request;
import dev.sluice.ledger.MemoryLedger;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests for tools are let in by their heads alone, each with a ticket of its own.
class ToolsAdmissionTest {

  private static final byte[] BODY = new byte[100];

  private final ManualClock clock = new ManualClock();
  private final TestGateway gateway =
      new TestGateway(new MemoryLedger(clock), clock, GatewayConfig.DEFAULT);

  @AfterEach
  void close() {
    gateway.close();
  }

  private static Request tools(String key) {
    return Request.of("POST", "/mcp", key, BODY);
  }

  private Optional<Admitted> admitted(Said said) {
    return gateway.admissions.take(said.changes().getOrDefault(DataPlane.TICKET_HEADER, ""));
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /mcp",
    "GET, /mcp",
    "DELETE, /mcp",
    "POST, /mcp/",
    "POST, /mcp/github",
    "GET, /mcp/team-a.github?x=1",
    "POST, /mcp?a=b"
  })
  void a_known_key_is_let_in_with_a_ticket_before_any_body(String method, String path) {
    var said = gateway.sendArrived(Request.of(method, path, "free", BODY));
    assertThat(said.bodyRead()).isFalse();
    assertThat(said.changes()).containsOnlyKeys(DataPlane.TICKET_HEADER);
    var admitted = admitted(said).orElseThrow();
    assertThat(admitted.key().name().name()).isEqualTo("free");
    assertThat(admitted.requestId()).isEqualTo(said.request().id());
    assertThat(admitted.policyVersion()).isEqualTo(gateway.policy.current().version());
    assertThat(admitted(said)).isEmpty();
    assertThat(gateway.gateway.inFlight()).isZero();
  }

  @Test
  void the_key_goes_no_further() {
    var said = gateway.sendArrived(tools("free"));
    assertThat(said.changed().getHeaderMutation().getRemoveHeadersList())
        .containsExactlyInAnyOrder("authorization", "x-api-key", "x-sluice-key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x-api-key", "x-sluice-key"})
  void each_header_that_may_carry_the_key_is_read(String header) {
    var request = tools("free").without("authorization").with(header, Policies.secret("free"));
    assertThat(admitted(gateway.sendArrived(request))).isPresent();
  }

  @Test
  void without_a_known_key_nobody_is_let_in_nor_sent_to_sign_in() {
    var missing = gateway.sendArrived(tools("free").without("authorization"));
    var unknown = gateway.sendArrived(tools("free").with("authorization", "Bearer sk-x"));
    for (var said : new Said[] {missing, unknown}) {
      assertThat(said.status()).isEqualTo(401);
      assertThat(said.headers()).doesNotContainKey("www-authenticate");
    }
  }

  @ParameterizedTest
  @CsvSource({"PUT, /mcp", "POST, /mcp/a/b", "POST, /mcp/A", "POST, /mcpx", "POST, /anthropic/mcp"})
  void what_is_no_place_of_tools_is_unknown(String method, String path) {
    var said = gateway.sendArrived(Request.of(method, path, "free", BODY));
    assertThat(said.status()).isEqualTo(404);
    assertThat(said.text()).contains("not_found_error");
  }

  @Test
  void a_gateway_that_drains_lets_nobody_in() {
    gateway.gateway.drain();
    assertThat(gateway.sendArrived(tools("free")).status()).isEqualTo(503);
  }
}
