package dev.sluice.extproc.envoy;

import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.flow.ResponseFlow;
import dev.sluice.extproc.meter.Ending;
import io.envoyproxy.envoy.service.accesslog.v3.AccessLogServiceGrpc;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsMessage;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsResponse;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Envoy's access log: one entry for each request, at its end.
public final class AccessLog extends AccessLogServiceGrpc.AccessLogServiceImplBase {

  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

  private final ResponseFlow flow;
  private final Executor blocking;

  /// @param blocking runs what blocks
  public AccessLog(ResponseFlow flow, Executor blocking) {
    this.flow = flow;
    this.blocking = blocking;
  }

  @Override
  public StreamObserver<StreamAccessLogsMessage> streamAccessLogs(
      StreamObserver<StreamAccessLogsResponse> response) {
    return new StreamObserver<>() {
      @Override
      public void onNext(StreamAccessLogsMessage message) {
        message.getHttpLogs().getLogEntryList().stream()
            .map(EndingReader::read)
            .forEach(AccessLog.this::ended);
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

  private void ended(Ending ending) {
    var exchange = flow.take(ending.requestId());
    if (exchange != null) {
      blocking.execute(() -> ended(exchange, ending));
    }
  }

  private void ended(Exchange exchange, Ending ending) {
    try {
      flow.ended(exchange, ending);
    } catch (RuntimeException e) {
      LOG.error("the end of {} failed: its hold will expire", ending.requestId(), e);
    }
  }
}
