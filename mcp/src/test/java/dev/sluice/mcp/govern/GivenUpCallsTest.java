package dev.sluice.mcp.govern;

import static dev.sluice.mcp.govern.Governed.echo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.usage.ToolRecord.Outcome;
import dev.sluice.ledger.MemoryLedger;
import dev.sluice.mcp.upstream.call.CallResult;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What becomes of the holds of calls that nobody waits for any more.
final class GivenUpCallsTest {

  private final SlowLedger ledger = SlowLedger.of(new MemoryLedger(InstantSource.system()));
  private final Governed governed = new Governed(ledger);
  private final Keys alice = Keys.of("1");
  private final AtomicInteger runs = new AtomicInteger();
  private final OfferedServer server =
      OfferedServer.at(
          "0.25",
          _ -> {
            runs.incrementAndGet();
            return new CallResult.Result(Governed.json());
          });

  @AfterEach
  void end() {
    governed.close();
    ledger.close();
  }

  private void nothingIsHeldOrPosted() {
    var balance = governed.balance(alice);
    assertThat(balance.held()).isEqualTo(NanoUsd.ZERO);
    assertThat(balance.posted()).isEqualTo(NanoUsd.ZERO);
    assertThat(runs.get()).isZero();
  }

  @Test
  void a_hold_that_is_granted_when_its_call_was_interrupted_is_given_back() throws Exception {
    var caller = Thread.ofVirtual().start(() -> governed.call(alice, server, echo("x")));
    ledger.asked().await();
    caller.interrupt();
    caller.join();
    assertThat(governed.records.last().reason()).isEqualTo("withdrawn");
    ledger.goOn();
    nothingIsHeldOrPosted();
  }

  @Test
  void a_call_that_is_cancelled_while_its_hold_is_taken_is_not_made() throws Exception {
    var call = echo("x");
    var caller = Thread.ofVirtual().start(() -> governed.call(alice, server, call));
    ledger.asked().await();
    call.cancellation().cancel("enough");
    ledger.goOn();
    caller.join();
    assertThat(governed.records.last().outcome()).isEqualTo(Outcome.CANCELLED);
    nothingIsHeldOrPosted();
  }

  @Test
  void the_hold_of_a_call_that_ends_in_an_error_ends_too() {
    ledger.goOn();
    var broken =
        OfferedServer.at(
            "0.25",
            _ -> {
              throw new StackOverflowError();
            });
    assertThatThrownBy(() -> governed.call(alice, broken, echo("x")))
        .isInstanceOf(StackOverflowError.class);
    assertThat(governed.balance(alice).held()).isEqualTo(NanoUsd.ZERO);
    assertThat(governed.balance(alice).posted()).isEqualTo(NanoUsd.parse("0.25"));
    assertThat(governed.records.last().reason()).isEqualTo("bug");
  }
}
