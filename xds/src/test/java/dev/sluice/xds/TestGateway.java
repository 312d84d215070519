package dev.sluice.xds;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.proto.envoy.v1.ClusterWeight;
import dev.sluice.proto.envoy.v1.PriorityGroup;
import dev.sluice.proto.envoy.v1.PriorityGroupsOverride;
import dev.sluice.proto.envoy.v1.ProcessingResponseAdditions;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.HeadersResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.envoyproxy.envoy.type.v3.StatusCode;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// The request phase in small: does what the test's header `x-claude-code-test` says.
final class TestGateway extends ExternalProcessorGrpc.ExternalProcessorImplBase {

  private static final Metadata.Key<String> PHASE_METADATA =
      Metadata.Key.of(DataPlane.PHASE_METADATA, Metadata.ASCII_STRING_MARSHALLER);
  private static final Context.Key<String> PHASE = Context.keyWithDefault("phase", "request");

  /// Tells the service the phase of each call.
  static final ServerInterceptor PHASES =
      new ServerInterceptor() {
        @Override
        public <A, B> ServerCall.Listener<A> interceptCall(
            ServerCall<A, B> call, Metadata metadata, ServerCallHandler<A, B> next) {
          var phase = metadata.get(PHASE_METADATA);
          var context = Context.current();
          return Contexts.interceptCall(
              phase == null ? context : context.withValue(PHASE, phase), call, metadata, next);
        }
      };

  static final String TICKET = "a-ticket";

  /// What it saw of a request.
  record Seen(Map<String, String> headers, long bodyBytes) {}

  final Queue<Seen> seen = new ConcurrentLinkedQueue<>();

  /// The heads that were to be admitted.
  final Queue<Map<String, String>> admissions = new ConcurrentLinkedQueue<>();

  /// Whether it asks for each body; else it decides by the head.
  volatile boolean asksForBodies = true;

  /// Set as the response metadata of each request.
  volatile Map<String, String> reply = Map.of();

  volatile List<String> plan = List.of();
  volatile int retries;

  @Override
  public StreamObserver<ProcessingRequest> process(StreamObserver<ProcessingResponse> responses) {
    boolean admission = PHASE.get().equals(DataPlane.ADMISSION_PHASE);
    return new StreamObserver<>() {
      private Map<String, String> headers = Map.of();

      @Override
      public void onNext(ProcessingRequest request) {
        if (request.hasRequestHeaders()) {
          headers = headers(request.getRequestHeaders());
          onHeaders(request.getRequestHeaders().getEndOfStream());
        } else {
          seen.add(new Seen(headers, request.getRequestBody().getBody().size()));
          responses.onNext(decision(headers, false));
          responses.onCompleted();
        }
      }

      private void onHeaders(boolean last) {
        switch (headers.getOrDefault("x-claude-code-test", "")) {
          case "refuse" -> responses.onNext(refusal());
          case "fail" -> responses.onError(Status.INTERNAL.asRuntimeException());
          case "hang" -> {}
          default -> {
            if (admission && !last) {
              admissions.add(headers);
              responses.onNext(READ);
              responses.onCompleted();
            } else if (last || !asksForBodies || asksForTools(headers)) {
              seen.add(new Seen(headers, 0));
              responses.onNext(decision(headers, true));
              responses.onCompleted();
            } else {
              responses.onNext(READ_BODY);
            }
          }
        }
      }

      @Override
      public void onError(Throwable cause) {}

      @Override
      public void onCompleted() {}
    };
  }

  private ProcessingResponse decision(Map<String, String> headers, boolean headerPhase) {
    var provider = headers.getOrDefault("x-claude-code-test", "default/one");
    if (asksForTools(headers)) {
      return letIn();
    }
    var mutation =
        HeaderMutation.newBuilder()
            .addSetHeaders(header(DataPlane.PROVIDER_HEADER, provider))
            .addSetHeaders(header(":path", headers.get(":path")));
    if (retries > 0) {
      mutation
          .addSetHeaders(header(DataPlane.MAX_RETRIES_HEADER, Integer.toString(retries)))
          .addSetHeaders(header(DataPlane.RETRY_ON_HEADER, DataPlane.RETRY_ON));
    }
    var common =
        CommonResponse.newBuilder().setHeaderMutation(mutation).setClearRouteCache(true).build();
    var response =
        headerPhase
            ? ProcessingResponse.newBuilder()
                .setRequestHeaders(HeadersResponse.newBuilder().setResponse(common))
            : ProcessingResponse.newBuilder()
                .setRequestBody(BodyResponse.newBuilder().setResponse(common));
    var fields = Struct.newBuilder();
    reply.forEach(
        (name, value) -> fields.putFields(name, Value.newBuilder().setStringValue(value).build()));
    response.setDynamicMetadata(
        Struct.newBuilder()
            .putFields(
                DataPlane.REPLY_NAMESPACE, Value.newBuilder().setStructValue(fields).build()));
    return plan.isEmpty() ? response.build() : withPlan(response);
  }

  private static boolean asksForTools(Map<String, String> headers) {
    return headers.getOrDefault(":path", "").startsWith(DataPlane.TOOLS_PATH);
  }

  private static ProcessingResponse letIn() {
    var mutation =
        HeaderMutation.newBuilder()
            .addSetHeaders(header(DataPlane.TICKET_HEADER, TICKET))
            .addRemoveHeaders("authorization")
            .addRemoveHeaders("x-api-key")
            .addRemoveHeaders("x-sluice-key");
    return ProcessingResponse.newBuilder()
        .setRequestHeaders(
            HeadersResponse.newBuilder()
                .setResponse(CommonResponse.newBuilder().setHeaderMutation(mutation)))
        .build();
  }

  private ProcessingResponse withPlan(ProcessingResponse.Builder response) {
    var groups = PriorityGroupsOverride.newBuilder();
    for (var cluster : plan) {
      groups.addPriorityGroups(
          PriorityGroup.newBuilder()
              .setName("attempt-" + groups.getPriorityGroupsCount())
              .addClusters(
                  ClusterWeight.newBuilder()
                      .setClusterName(cluster)
                      .setWeight(com.google.protobuf.UInt32Value.of(1))));
    }
    var typed =
        Any.newBuilder()
            .setTypeUrl(
                "type.googleapis.com/envoy.extensions.router.cluster_specifiers"
                    + ".priority_group.v3.PriorityGroupsOverride")
            .setValue(groups.build().toByteString());
    var additions =
        ProcessingResponseAdditions.newBuilder()
            .putTypedDynamicMetadata(DataPlane.PLAN_NAMESPACE, typed.build())
            .build();
    try {
      return response.mergeFrom(additions.toByteString()).build();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final ProcessingResponse READ =
      ProcessingResponse.newBuilder()
          .setRequestHeaders(HeadersResponse.getDefaultInstance())
          .build();
  private static final ProcessingResponse READ_BODY =
      READ.toBuilder()
          .setModeOverride(
              ProcessingMode.newBuilder()
                  .setRequestBodyMode(ProcessingMode.BodySendMode.BUFFERED)
                  .setResponseHeaderMode(ProcessingMode.HeaderSendMode.SKIP))
          .build();

  static final String REFUSAL_BODY =
      "{\"type\":\"error\",\"error\":{\"type\":\"billing_error\",\"message\":\"spent\"}}";

  private static ProcessingResponse refusal() {
    var headers =
        HeaderMutation.newBuilder()
            .addSetHeaders(header("content-type", "application/json"))
            .addSetHeaders(header("x-should-retry", "false"))
            .addSetHeaders(header("retry-after", "37800"))
            .addSetHeaders(header("request-id", "ours"))
            .addSetHeaders(header("anthropic-ratelimit-unified-status", "rejected"));
    return ProcessingResponse.newBuilder()
        .setImmediateResponse(
            ImmediateResponse.newBuilder()
                .setStatus(HttpStatus.newBuilder().setCode(StatusCode.TooManyRequests))
                .setHeaders(headers)
                .setBody(ByteString.copyFromUtf8(REFUSAL_BODY)))
        .build();
  }

  private static HeaderValueOption header(String name, String value) {
    return HeaderValueOption.newBuilder()
        .setHeader(
            HeaderValue.newBuilder().setKey(name).setRawValue(ByteString.copyFromUtf8(value)))
        .setAppendAction(HeaderValueOption.HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)
        .build();
  }

  private static Map<String, String> headers(HttpHeaders headers) {
    var map = new TreeMap<String, String>();
    for (var header : headers.getHeaders().getHeadersList()) {
      map.put(header.getKey(), header.getRawValue().toStringUtf8());
    }
    return map;
  }
}
