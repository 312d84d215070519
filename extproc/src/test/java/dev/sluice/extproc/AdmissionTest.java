package dev.sluice.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.extproc.TestGateway.Request;
import dev.sluice.ledger.MemoryLedger;
import io.envoyproxy.envoy.data.accesslog.v3.ResponseFlags;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Large bodies are read only where there is room for them, and leave no trace in the end.
class AdmissionTest {

  private static final int LARGEST = 32 << 20;
  private static final int AT_ONCE = 8;

  private final ManualClock clock = new ManualClock();
  private final TestGateway gateway =
      new TestGateway(
          new MemoryLedger(clock), clock, GatewayConfig.DEFAULT, TestGateway.Bodies.KNOWN);

  @AfterEach
  void close() {
    gateway.close();
  }

  private static Request large() {
    return Request.post("free", "{\"model\":\"claude-opus-5-5\",\"max_tokens\":8}")
        .with("content-length", Integer.toString(LARGEST));
  }

  private Said fill() {
    var last = gateway.admit(large());
    for (int i = 1; i < AT_ONCE; i++) {
      last = gateway.admit(large());
    }
    assertThat(last.response().hasRequestHeaders()).isTrue();
    assertThat(last.response().hasModeOverride()).isFalse();
    assertFull(gateway.admit(large()));
    return last;
  }

  private static void assertFull(Said said) {
    assertThat(said.status()).isEqualTo(503);
    assertThat(said.headers()).containsEntry("retry-after", "1");
  }

  @Test
  void bodies_beyond_the_budget_of_buffers_are_not_read() {
    fill();
    assertFull(gateway.send(large()));
    assertFull(gateway.sendArrived(Request.post("free", "{}")));
  }

  @Test
  void a_request_that_ends_before_its_body_has_arrived_makes_room() {
    var last = fill();
    gateway.end(last, 0, ResponseFlags.getDefaultInstance(), Map.of());
    Awaitility.await().until(() -> gateway.admit(large()).response().hasRequestHeaders());
    assertFull(gateway.admit(large()));
  }

  @Test
  void a_request_whose_end_is_never_told_makes_room_at_last() {
    fill();
    clock.advance(Duration.ofMinutes(7));
    fill();
  }

  @Test
  void a_request_that_is_on_its_way_to_the_provider_makes_room() {
    var last = fill();
    assertThat(gateway.sendArrived(last.request()).forwarded()).isTrue();
    assertThat(gateway.admit(large()).response().hasRequestHeaders()).isTrue();
    assertFull(gateway.admit(large()));
  }

  @Test
  void a_body_of_unknown_length_counts_as_the_largest() {
    var request = Request.post("free", "{}").with("transfer-encoding", "chunked");
    for (int i = 0; i < AT_ONCE; i++) {
      assertThat(gateway.admit(request).response().hasRequestHeaders()).isTrue();
    }
    assertFull(gateway.admit(request));
  }
}
