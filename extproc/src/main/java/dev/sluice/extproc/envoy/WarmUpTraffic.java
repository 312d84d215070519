package dev.sluice.extproc.envoy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.Value;
import com.google.protobuf.util.Durations;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.extproc.decode.FactsHeader;
import dev.sluice.wire.anthropic.RequestScanner;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.data.accesslog.v3.AccessLogCommon;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPAccessLogEntry;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPRequestProperties;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPResponseProperties;
import io.envoyproxy.envoy.service.accesslog.v3.AccessLogServiceGrpc;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsMessage;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsMessage.HTTPAccessLogEntries;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Plays Envoy's part of whole exchanges, so that a gateway is warm before a real Envoy calls it.
public final class WarmUpTraffic {

  private static final String START =
      "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":12,"
          + "\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":9000,"
          + "\"output_tokens\":1}}}";
  private static final String DELTA =
      "{\"type\":\"message_delta\",\"usage\":{\"output_tokens\":120}}";

  private final ExternalProcessorGrpc.ExternalProcessorStub processor;
  private final StreamObserver<StreamAccessLogsMessage> accessLog;
  private final String key;
  private final Duration answerMax;

  /// @param answerMax how long one answer may take
  public WarmUpTraffic(Channel channel, String key, Duration answerMax) {
    this.answerMax = answerMax;
    this.processor = ExternalProcessorGrpc.newStub(channel);
    this.accessLog = AccessLogServiceGrpc.newStub(channel).streamAccessLogs(new Ignored());
    this.key = key;
  }

  /// One request from its head to the end of its answer.
  ///
  /// @throws TimeoutException where nothing comes in time: a machine with too much to do
  public void exchange(String requestId, byte[] body) throws TimeoutException {
    var facts = FactsHeader.write(RequestScanner.scan(body, 0, body.length));
    var replies = new Replies();
    var call = processor.process(replies);
    call.onNext(head(requestId, body.length, header(DataPlane.FACTS_HEADER, facts)));
    replies.await(answerMax);
    call.onCompleted();
    accessLog.onNext(end(requestId));
  }

  /// The same, where Envoy does not find the facts.
  public void exchangeWithBody(String requestId, byte[] body) throws TimeoutException {
    var replies = new Replies();
    var call = processor.process(replies);
    call.onNext(head(requestId, body.length));
    replies.await(answerMax);
    call.onNext(
        ProcessingRequest.newBuilder()
            .setRequestBody(
                HttpBody.newBuilder().setBody(ByteString.copyFrom(body)).setEndOfStream(true))
            .build());
    replies.await(answerMax);
    call.onCompleted();
    accessLog.onNext(end(requestId));
  }

  public void close() {
    accessLog.onCompleted();
  }

  private ProcessingRequest head(String requestId, int contentLength, HeaderValue... more) {
    var headers =
        HeaderMap.newBuilder()
            .addHeaders(header(":method", "POST"))
            .addHeaders(header(":path", "/v1/messages?beta=true"))
            .addHeaders(header(":authority", "127.0.0.1:8080"))
            .addHeaders(header(":scheme", "http"))
            .addHeaders(header("content-type", "application/json"))
            .addHeaders(header("content-length", Integer.toString(contentLength)))
            .addHeaders(header("accept-encoding", "gzip, deflate, br, zstd"))
            .addHeaders(header("user-agent", "claude-cli/2.1.329 (external, cli)"))
            .addHeaders(header("x-claude-code-session-id", "warm-up"))
            .addHeaders(header("anthropic-version", "2023-06-01"))
            .addHeaders(header("authorization", "Bearer " + key))
            .addHeaders(header("x-request-id", requestId))
            .addAllHeaders(List.of(more));
    return ProcessingRequest.newBuilder()
        .setRequestHeaders(HttpHeaders.newBuilder().setHeaders(headers))
        .build();
  }

  private static HeaderValue header(String name, String value) {
    return HeaderValue.newBuilder()
        .setKey(name)
        .setRawValue(ByteString.copyFromUtf8(value))
        .build();
  }

  private static StreamAccessLogsMessage end(String requestId) {
    var meter =
        Struct.newBuilder()
            .putFields(DataPlane.METER_START, text(START))
            .putFields(DataPlane.METER_DELTA, text(DELTA))
            .putFields(DataPlane.METER_STOPPED, Value.newBuilder().setBoolValue(true).build())
            .putFields(DataPlane.METER_VISIBLE, text("100,0,0,10,-1,9000"));
    var common =
        AccessLogCommon.newBuilder()
            .setDuration(Durations.fromMillis(1500))
            .setTimeToFirstDownstreamTxByte(Durations.fromMillis(300))
            .setMetadata(
                Metadata.newBuilder()
                    .putAllFilterMetadata(Map.of(DataPlane.METER_NAMESPACE, meter.build())));
    var entry =
        HTTPAccessLogEntry.newBuilder()
            .setCommonProperties(common)
            .setRequest(HTTPRequestProperties.newBuilder().setRequestId(requestId))
            .setResponse(
                HTTPResponseProperties.newBuilder()
                    .setResponseCode(UInt32Value.of(200))
                    .setResponseCodeDetails("via_upstream"));
    return StreamAccessLogsMessage.newBuilder()
        .setHttpLogs(HTTPAccessLogEntries.newBuilder().addLogEntry(entry))
        .build();
  }

  private static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  /// What the gateway replies to one request.
  private static final class Replies implements StreamObserver<ProcessingResponse> {

    private final BlockingQueue<ProcessingResponse> replies = new LinkedBlockingQueue<>();

    void await(Duration max) throws TimeoutException {
      try {
        var reply = replies.poll(max.toMillis(), TimeUnit.MILLISECONDS);
        if (reply == null) {
          throw new TimeoutException("no answer within " + max);
        }
        if (reply.hasImmediateResponse()) {
          throw new IllegalStateException("BUG: the warm-up was not served: " + reply);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("the warm-up was interrupted", e);
      }
    }

    @Override
    public void onNext(ProcessingResponse reply) {
      replies.add(reply);
    }

    /// Told to whoever waits: nobody once the gateway is closing.
    @Override
    public void onError(Throwable cause) {
      var refusal = ImmediateResponse.newBuilder().setDetails(cause.toString());
      replies.add(ProcessingResponse.newBuilder().setImmediateResponse(refusal).build());
    }

    @Override
    public void onCompleted() {
      // The gateway ends the call after its last reply.
    }
  }

  /// The access log has no answer of interest.
  private static final class Ignored implements StreamObserver<StreamAccessLogsResponse> {
    @Override
    public void onNext(StreamAccessLogsResponse response) {}

    @Override
    public void onError(Throwable cause) {}

    @Override
    public void onCompleted() {}
  }
}
