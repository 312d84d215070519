package dev.sluice.extproc.envoy;

import dev.sluice.extproc.flow.ResponseFlow;
import dev.sluice.extproc.meter.Ending;
import io.envoyproxy.envoy.service.accesslog.v3.AccessLogServiceGrpc;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsMessage;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsResponse;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Envoy's access log: one entry for each request, at its end.
public final class AccessLog extends AccessLogServiceGrpc.AccessLogServiceImplBase {

  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

  private static final Duration LOOK_EVERY = Duration.ofMillis(5);

  private final ResponseFlow flow;
  private final AtomicInteger ending = new AtomicInteger();

  public AccessLog(ResponseFlow flow) {
    this.flow = flow;
  }

  /// Requests whose end was told, and is not yet settled and recorded.
  public int ending() {
    return ending.get();
  }

  /// Waits until none is left, for a while.
  public void awaitEnds(Duration patience) {
    long giveUpAt = System.nanoTime() + patience.toNanos();
    try {
      while (ending.get() > 0 && System.nanoTime() - giveUpAt < 0) {
        Thread.sleep(LOOK_EVERY);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public StreamObserver<StreamAccessLogsMessage> streamAccessLogs(
      StreamObserver<StreamAccessLogsResponse> response) {
    return new StreamObserver<>() {
      @Override
      public void onNext(StreamAccessLogsMessage message) {
        for (var entry : message.getHttpLogs().getLogEntryList()) {
          ended(EndingReader.read(entry));
        }
      }

      @Override
      public void onError(Throwable cause) {
        LOG.debug("Envoy closed its access log", cause);
      }

      @Override
      public void onCompleted() {
        response.onNext(StreamAccessLogsResponse.getDefaultInstance());
        response.onCompleted();
      }
    };
  }

  private void ended(Ending told) {
    ending.incrementAndGet();
    var exchange = flow.take(told.requestId());
    if (exchange == null) {
      ending.decrementAndGet();
      return;
    }
    CompletableFuture.completedFuture(exchange)
        .thenCompose(taken -> flow.ended(taken, told))
        .whenComplete((_, failure) -> done(told, failure));
  }

  private void done(Ending told, @Nullable Throwable failure) {
    ending.decrementAndGet();
    if (failure != null) {
      LOG.error("the end of {} failed: its hold will expire", told.requestId(), failure);
    }
  }
}
