package dev.sluice.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sluice.extproc.TestGateway.Request;
import dev.sluice.ledger.HoldRequest;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.MemoryLedger;
import dev.sluice.ledger.Reservation;
import dev.sluice.ledger.away.ForwardingLedger;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The arrays of bodies are used again, but never while a request needs its own.
class BodyArraysTest {

  private static final int AT_ONCE = 8;
  private static final int ROUNDS = 4;
  private static final int FILLING = 40_000;
  private static final int WAIT_SECONDS = 20;

  private final ManualClock clock = new ManualClock();
  private final GatheringLedger ledger = new GatheringLedger(new MemoryLedger(clock));
  private final TestGateway gateway = new TestGateway(ledger, clock, GatewayConfig.DEFAULT);

  @AfterEach
  void close() {
    gateway.close();
  }

  /// A ledger that keeps all that ask until it is told to let them go on.
  private static final class GatheringLedger implements ForwardingLedger {
    private final Ledger store;
    private volatile CountDownLatch arrived = new CountDownLatch(AT_ONCE);
    private volatile CountDownLatch open = new CountDownLatch(1);

    GatheringLedger(Ledger store) {
      this.store = store;
    }

    void gather() {
      arrived = new CountDownLatch(AT_ONCE);
      open = new CountDownLatch(1);
    }

    @Override
    public CompletableFuture<Reservation> reserve(HoldRequest request) {
      arrived.countDown();
      var opened = open;
      return CompletableFuture.runAsync(() -> await(opened), Thread::startVirtualThread)
          .thenCompose(_ -> store.reserve(request));
    }

    @Override
    public Ledger target() {
      return store;
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// A body that is edited, and that no other one is like.
  private static String body(int n) {
    var filling = Integer.toString(n).repeat(FILLING).substring(0, FILLING);
    return "{\"model\":\"claude-renamed\",\"messages\":[],\"metadata\":\""
        + filling
        + "\",\"max_tokens\":5}";
  }

  @Test
  void requests_at_once_each_send_their_own_body() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      ledger.gather();
      assertAllSendTheirOwn(round * AT_ONCE);
    }
  }

  @Test
  void requests_that_end_while_their_body_is_held_leave_the_others_theirs() throws Exception {
    for (int n = 0; n < AT_ONCE; n++) {
      leave(Request.post("alice", body(n)));
    }
    await(ledger.arrived);
    ledger.open.countDown();
    // Only those stay whose end nobody told: none of them is at work any more.
    Awaitility.await().until(() -> gateway.gateway.inFlight() == AT_ONCE);
    ledger.gather();
    assertAllSendTheirOwn(AT_ONCE);
  }

  /// Leaves once the body was read and the ledger was asked.
  private void leave(Request request) {
    long waiting = ledger.arrived.getCount();
    var replies = new LinkedBlockingQueue<Object>();
    var stream = gateway.open(replies);
    stream.onNext(TestGateway.head(request));
    TestGateway.next(replies);
    var body = HttpBody.newBuilder().setBody(ByteString.copyFrom(request.body()));
    stream.onNext(ProcessingRequest.newBuilder().setRequestBody(body.setEndOfStream(true)).build());
    Awaitility.await().until(() -> ledger.arrived.getCount() < waiting);
    stream.onError(Status.CANCELLED.asRuntimeException());
  }

  private void assertAllSendTheirOwn(int first) throws Exception {
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var sends = new ArrayList<Callable<Said>>();
      for (int n = first; n < first + AT_ONCE; n++) {
        var request = Request.post("alice", body(n));
        sends.add(() -> gateway.send(request));
      }
      var said = sends.stream().map(clients::submit).toList();
      await(ledger.arrived);
      ledger.open.countDown();
      for (int n = 0; n < AT_ONCE; n++) {
        assertThat(said.get(n).get().newBody().toStringUtf8())
            .isEqualTo(body(first + n).replace("claude-renamed", "claude-opus-5-5-20260101"));
      }
    }
  }
}
