package dev.sluice.extproc.envoy;

import dev.sluice.extproc.flow.Courses;
import dev.sluice.extproc.flow.ResponseFlow;
import dev.sluice.extproc.meter.Ending;
import dev.sluice.extproc.settle.LateEvidence;
import io.envoyproxy.envoy.service.accesslog.v3.AccessLogServiceGrpc;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsResponse;
import io.grpc.BindableService;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Envoy's access log: one entry for each request, at its end, and one for each attempt that
/// failed.
public final class AccessLog implements BindableService {

  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

  private static final Duration LOOK_EVERY = Duration.ofMillis(5);

  private final ResponseFlow flow;
  private final Courses courses;
  private final LateEvidence evidence;
  private final AtomicInteger ending = new AtomicInteger();

  public AccessLog(ResponseFlow flow, Courses courses, LateEvidence evidence) {
    this.flow = flow;
    this.courses = courses;
    this.evidence = evidence;
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
  public ServerServiceDefinition bindService() {
    MethodDescriptor<byte[], StreamAccessLogsResponse> method =
        AccessLogServiceGrpc.getStreamAccessLogsMethod().toBuilder(
                new ByteMarshaller(),
                AccessLogServiceGrpc.getStreamAccessLogsMethod().getResponseMarshaller())
            .build();
    var service = ServiceDescriptor.newBuilder(AccessLogServiceGrpc.SERVICE_NAME);
    return ServerServiceDefinition.builder(service.addMethod(method).build())
        .addMethod(method, ServerCalls.asyncClientStreamingCall(this::stream))
        .build();
  }

  private StreamObserver<byte[]> stream(StreamObserver<StreamAccessLogsResponse> response) {
    return new StreamObserver<>() {
      @Override
      public void onNext(byte[] message) {
        read(message).forEach(AccessLog.this::ended);
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

  private static List<Ending> read(byte[] message) {
    try {
      return EndingReader.read(message);
    } catch (IOException e) {
      throw new IllegalStateException("BUG: Envoy's access log cannot be read", e);
    }
  }

  private static final class ByteMarshaller implements Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] message) {
      throw new IllegalStateException("BUG: only Envoy sends these");
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream instanceof KnownLength
            ? stream.readNBytes(stream.available())
            : stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void ended(Ending told) {
    ending.incrementAndGet();
    CompletableFuture.completedFuture(told)
        .thenCompose(this::settled)
        .whenComplete((_, failure) -> done(told, failure));
  }

  private CompletableFuture<Void> settled(Ending told) {
    var course = courses.get(told.requestId());
    if (told.ofAttempt()) {
      return flow.failed(course, told);
    }
    var exchange = flow.take(told.requestId());
    var ended = exchange == null ? evidence.ended(told) : flow.ended(exchange, told);
    courses.end(told.requestId());
    return ended;
  }

  private void done(Ending told, @Nullable Throwable failure) {
    ending.decrementAndGet();
    if (failure != null) {
      LOG.error("the end of {} failed: its hold will expire", told.requestId(), failure);
    }
  }
}
