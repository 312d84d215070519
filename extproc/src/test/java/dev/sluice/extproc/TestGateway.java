package dev.sluice.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.Value;
import com.google.protobuf.util.Durations;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.core.mcp.Admissions;
import dev.sluice.core.policy.SnapshotStore;
import dev.sluice.core.usage.ToolRecord;
import dev.sluice.core.usage.UsageRecord;
import dev.sluice.core.usage.UsageSink;
import dev.sluice.extproc.count.TokenCounter;
import dev.sluice.extproc.decode.FactsHeader;
import dev.sluice.extproc.health.Health;
import dev.sluice.extproc.meter.Ending;
import dev.sluice.ledger.Ledger;
import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.anthropic.MessagesRequest.Media;
import dev.sluice.wire.anthropic.MessagesRequest.ServerTools;
import dev.sluice.wire.anthropic.RequestScanner;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.data.accesslog.v3.AccessLogCommon;
import io.envoyproxy.envoy.data.accesslog.v3.AccessLogType;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPAccessLogEntry;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPRequestProperties;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPResponseProperties;
import io.envoyproxy.envoy.data.accesslog.v3.ResponseFlags;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.accesslog.v3.AccessLogServiceGrpc;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsMessage;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A gateway behind a real gRPC server, spoken to as Envoy does.
final class TestGateway implements AutoCloseable {

  private static final int WAIT_SECONDS = 20;
  private static final io.grpc.Metadata.Key<String> PHASE =
      io.grpc.Metadata.Key.of(DataPlane.PHASE_METADATA, io.grpc.Metadata.ASCII_STRING_MARSHALLER);

  final ManualClock clock;
  final SnapshotStore policy = new SnapshotStore();
  final List<UsageRecord> usage = new CopyOnWriteArrayList<>();
  final Admissions admissions = new Admissions();
  final List<ToolRecord> tools = new CopyOnWriteArrayList<>();
  final PrometheusRegistry registry = new PrometheusRegistry();
  final Gateway gateway;
  private final Server server;
  private final ManagedChannel channel;
  private final StreamObserver<StreamAccessLogsMessage> accessLog;

  /// What Envoy does with bodies.
  enum Bodies {
    /// Finds the facts of those that are plain.
    KNOWN,
    /// Leaves all of them to Java.
    ASKED_FOR
  }

  private static final int UNASKED_BYTES_MAX = 64 << 10;
  private final Bodies bodies;

  TestGateway(Ledger ledger, ManualClock clock, GatewayConfig config) {
    this(ledger, clock, config, Bodies.ASKED_FOR);
  }

  TestGateway(Ledger ledger, ManualClock clock, TokenCounter counter) {
    this(ledger, clock, GatewayConfig.DEFAULT, Bodies.ASKED_FOR, counter);
  }

  TestGateway(Ledger ledger, ManualClock clock, GatewayConfig config, Bodies bodies) {
    this(ledger, clock, config, bodies, TokenCounter.NONE);
  }

  private TestGateway(
      Ledger ledger, ManualClock clock, GatewayConfig config, Bodies bodies, TokenCounter counter) {
    this.bodies = bodies;
    this.clock = clock;
    policy.put(Policies.snapshot());
    var outside =
        new Gateway.Outside(
            ledger, new Kept(usage, tools), counter, Health.Others.NONE, admissions);
    gateway = Gateway.create(policy, outside, clock, config, registry);
    var builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .directExecutor()
            .maxInboundMessageSize(64 << 20);
    gateway.services().forEach(builder::addService);
    try {
      server = builder.build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
            .usePlaintext()
            .maxInboundMessageSize(64 << 20)
            .build();
    accessLog = AccessLogServiceGrpc.newStub(channel).streamAccessLogs(new Ignored<>());
  }

  /// Keeps all records.
  private record Kept(List<UsageRecord> usage, List<ToolRecord> tools) implements UsageSink {
    @Override
    public void write(UsageRecord one) {
      usage.add(one);
    }

    @Override
    public void write(ToolRecord one) {
      tools.add(one);
    }
  }

  private static final class Ignored<T> implements StreamObserver<T> {
    @Override
    public void onNext(T message) {}

    @Override
    public void onError(Throwable cause) {}

    @Override
    public void onCompleted() {}
  }

  int port() {
    return server.getPort();
  }

  /// A request to be sent.
  @SuppressWarnings("ArrayRecordComponent")
  record Request(String id, String method, String path, Map<String, String> headers, byte[] body) {

    static Request post(String key, String body) {
      var bytes = body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
      return of("POST", "/v1/messages?beta=true", key, bytes);
    }

    static Request get(String key, String path) {
      return of("GET", path, key, new byte[0]);
    }

    static Request of(String method, String path, String key, byte[] body) {
      var headers = Map.of("authorization", "Bearer " + Policies.secret(key));
      return new Request(UUID.randomUUID().toString(), method, path, headers, body);
    }

    Request with(String name, String value) {
      var more = new LinkedHashMap<>(headers);
      more.put(name, value);
      return new Request(id, method, path, more, body);
    }

    Request without(String name) {
      var fewer = new LinkedHashMap<>(headers);
      fewer.remove(name);
      return new Request(id, method, path, fewer, body);
    }

    Request at(String other) {
      return new Request(id, method, other, headers, body);
    }
  }

  /// Sends a request as Envoy does: asks for admission first, unless the body is small.
  Said send(Request request) {
    int length = request.body().length;
    if (length == 0
        || length > UNASKED_BYTES_MAX
        || request.headers().containsKey("content-length")) {
      var admission = admit(request);
      if (admission.response().hasImmediateResponse()) {
        return admission;
      }
    }
    return sendArrived(request);
  }

  /// Asks whether the body may be read.
  Said admit(Request request) {
    var replies = new LinkedBlockingQueue<Object>();
    var phase = new io.grpc.Metadata();
    phase.put(PHASE, DataPlane.ADMISSION_PHASE);
    open(replies, MetadataUtils.newAttachHeadersInterceptor(phase)).onNext(head(request));
    return new Said(request, next(replies), false);
  }

  /// Asks what an attempt after the first is to be, as its cluster does.
  Said attempt(Request request, int attempt) {
    var replies = new LinkedBlockingQueue<Object>();
    var phase = new io.grpc.Metadata();
    phase.put(PHASE, DataPlane.ATTEMPT_PHASE);
    var stream = open(replies, MetadataUtils.newAttachHeadersInterceptor(phase));
    stream.onNext(head(request.with(DataPlane.ATTEMPT_COUNT_HEADER, Integer.toString(attempt))));
    return said(request, stream, replies);
  }

  /// Sends a request whose body Envoy has read.
  Said sendArrived(Request request) {
    var replies = new LinkedBlockingQueue<Object>();
    var stream = open(replies);
    var facts = bodies == Bodies.KNOWN ? facts(request.body()) : null;
    stream.onNext(head(facts == null ? request : request.with(DataPlane.FACTS_HEADER, facts)));
    return said(request, stream, replies);
  }

  private static Said said(
      Request request, StreamObserver<ProcessingRequest> stream, BlockingQueue<Object> replies) {
    var first = next(replies);
    if (first.getModeOverride().getRequestBodyMode() == BodySendMode.NONE) {
      return new Said(request, first, false);
    }
    assertThat(first.getModeOverride().getRequestBodyMode()).isEqualTo(BodySendMode.BUFFERED);
    var body = HttpBody.newBuilder().setBody(ByteString.copyFrom(request.body()));
    stream.onNext(ProcessingRequest.newBuilder().setRequestBody(body.setEndOfStream(true)).build());
    return new Said(request, next(replies), true);
  }

  private static @Nullable String facts(byte[] body) {
    try {
      var found = RequestScanner.scan(body, 0, body.length);
      var plain =
          found.media().equals(Media.NONE)
              && found.serverTools().equals(ServerTools.NONE)
              && found.surcharge() == null
              && found.fallbacks() == null;
      return plain ? FactsHeader.write(found) : null;
    } catch (MalformedBodyException _) {
      return null;
    }
  }

  StreamObserver<ProcessingRequest> open(
      BlockingQueue<Object> replies, ClientInterceptor... interceptors) {
    return ExternalProcessorGrpc.newStub(channel)
        .withInterceptors(interceptors)
        .process(
            new StreamObserver<>() {
              @Override
              public void onNext(ProcessingResponse response) {
                replies.add(response);
              }

              @Override
              public void onError(Throwable cause) {
                replies.add(cause);
              }

              @Override
              public void onCompleted() {
                replies.add("completed");
              }
            });
  }

  static ProcessingResponse next(BlockingQueue<Object> replies) {
    try {
      var reply = replies.poll(WAIT_SECONDS, TimeUnit.SECONDS);
      if (reply instanceof ProcessingResponse response) {
        return response;
      }
      throw new AssertionError("the gateway said " + reply);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static ProcessingRequest head(Request request) {
    var map = HeaderMap.newBuilder();
    add(map, ":method", request.method());
    add(map, ":path", request.path());
    add(map, "x-request-id", request.id());
    if (request.body().length > 0 && !request.headers().containsKey("transfer-encoding")) {
      add(map, "content-length", Integer.toString(request.body().length));
    }
    request.headers().forEach((name, value) -> add(map, name, value));
    var headers =
        HttpHeaders.newBuilder().setHeaders(map).setEndOfStream(request.body().length == 0);
    return ProcessingRequest.newBuilder().setRequestHeaders(headers).build();
  }

  private static void add(HeaderMap.Builder map, String name, String value) {
    map.addHeaders(
        HeaderValue.newBuilder().setKey(name).setRawValue(ByteString.copyFromUtf8(value)));
  }

  /// The access log is one stream: one at a time.
  synchronized void endOne(
      Said said, int status, ResponseFlags flags, Map<String, Value> readings) {
    if (said.forwarded()) {
      end(said, status, flags, readings);
    }
  }

  /// Tells the gateway how a request ended.
  void end(Said said, int status, ResponseFlags flags, Map<String, Value> readings) {
    var local = flags.getUpstreamConnectionTermination() ? Ending.BROKE_BEFORE : "local";
    var details = flags.equals(ResponseFlags.getDefaultInstance()) ? Ending.BY_PROVIDER : local;
    var sent = AccessLogCommon.newBuilder().setTimeToLastUpstreamTxByte(Durations.fromMillis(3));
    end(said, status, details, sent.setResponseFlags(flags), readings);
  }

  /// Tells how an attempt failed that the provider had whole.
  ///
  /// @param status 0 where its connection broke
  void failAttempt(Said said, int status) {
    var broke = ResponseFlags.newBuilder().setUpstreamConnectionTermination(status == 0);
    var common =
        AccessLogCommon.newBuilder()
            .setAccessLogType(AccessLogType.UpstreamEnd)
            .setResponseFlags(broke)
            .setTimeToLastUpstreamTxByte(Durations.fromMillis(3));
    end(said, status, "", common, Map.of());
  }

  /// Tells that an attempt had no connection.
  void failUnconnected(Said said) {
    var common =
        AccessLogCommon.newBuilder()
            .setAccessLogType(AccessLogType.UpstreamEnd)
            .setResponseFlags(ResponseFlags.newBuilder().setUpstreamConnectionFailure(true));
    end(said, 0, "", common, Map.of());
  }

  /// Tells how a request ended that the provider did not get whole.
  void endUnsent(Said said, int status, String details) {
    end(said, status, details, AccessLogCommon.newBuilder(), Map.of());
  }

  private void end(
      Said said,
      int status,
      String details,
      AccessLogCommon.Builder common,
      Map<String, Value> readings) {
    var metadata = Metadata.newBuilder();
    said.response()
        .getDynamicMetadata()
        .getFieldsMap()
        .forEach((space, told) -> metadata.putFilterMetadata(space, told.getStructValue()));
    metadata.putFilterMetadata(
        DataPlane.METER_NAMESPACE, Struct.newBuilder().putAllFields(readings).build());
    common
        .setTimeToFirstDownstreamTxByte(Durations.fromMillis(40))
        .setDuration(Durations.fromMillis(120))
        .setMetadata(metadata);
    var entry =
        HTTPAccessLogEntry.newBuilder()
            .setCommonProperties(common)
            .setRequest(HTTPRequestProperties.newBuilder().setRequestId(said.request().id()))
            .setResponse(
                HTTPResponseProperties.newBuilder()
                    .setResponseCode(UInt32Value.of(status))
                    .setResponseCodeDetails(details));
    accessLog.onNext(
        StreamAccessLogsMessage.newBuilder()
            .setHttpLogs(
                StreamAccessLogsMessage.HTTPAccessLogEntries.newBuilder().addLogEntry(entry))
            .build());
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
    gateway.close();
  }
}
