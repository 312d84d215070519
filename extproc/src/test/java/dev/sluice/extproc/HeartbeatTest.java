package dev.sluice.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.ExpiredHold;
import dev.sluice.ledger.MemoryLedger;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The holds of exchanges in flight are renewed, off the way of the answer.
class HeartbeatTest {

  private static final String BODY =
      "{\"model\":\"claude-opus-5-5\",\"messages\":[],\"max_tokens\":8000,\"stream\":true}";
  private static final Duration LIFETIME = GatewayConfig.DEFAULT.holdLifetime();

  private final ManualClock clock = new ManualClock();
  private final SwitchableLedger ledger = new SwitchableLedger(new MemoryLedger(clock));
  private final TestGateway gateway = new TestGateway(ledger, clock, busy(GatewayConfig.DEFAULT));

  /// Looks after holds all the time.
  static GatewayConfig busy(GatewayConfig base) {
    return new GatewayConfig(
        base.bodyBytesMax(),
        base.bufferedBytesMax(),
        base.holdLifetime(),
        base.exchangeMax(),
        base.ledgerWaitMax(),
        base.ledgerAwayMax(),
        Duration.ofMillis(5),
        base.expireMax(),
        base.closeMax());
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  /// Two more, so that one of them began after this.
  private void awaitHeartbeat() {
    int before = ledger.heartbeats.get();
    Awaitility.await().until(() -> ledger.heartbeats.get() >= before + 2);
  }

  private List<ExpiredHold> expired() {
    return ledger.expire(10);
  }

  @Test
  void a_stream_outlives_the_lifetime_of_its_hold_many_times() {
    assertThat(gateway.send(TestGateway.Request.post("alice", BODY)).forwarded()).isTrue();
    for (int i = 0; i < 100; i++) {
      clock.advance(LIFETIME.dividedBy(2));
      awaitHeartbeat();
    }
    assertThat(gateway.usage).isEmpty();
    clock.advance(LIFETIME.minusMillis(1));
    assertThat(expired()).isEmpty();
  }

  @Test
  void a_ledger_that_was_away_for_longer_than_a_lifetime_expires_no_hold_of_a_living_gateway() {
    assertThat(gateway.send(TestGateway.Request.post("alice", BODY)).forwarded()).isTrue();
    ledger.away = true;
    awaitHeartbeat();
    clock.advance(LIFETIME.multipliedBy(3));
    ledger.away = false;
    awaitHeartbeat();
    assertThat(expired()).isEmpty();
    assertThat(gateway.usage).isEmpty();
  }
}
