package dev.sluice.extproc.envoy;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.Value;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.extproc.reply.Answer;
import dev.sluice.extproc.reply.Header;
import dev.sluice.extproc.reply.Reply;
import dev.sluice.proto.envoy.v1.ClusterWeight;
import dev.sluice.proto.envoy.v1.PriorityGroup;
import dev.sluice.proto.envoy.v1.PriorityGroupsOverride;
import dev.sluice.proto.envoy.v1.ProcessingResponseAdditions;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.HeadersResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.StreamedBodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.TrailersResponse;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// Writes what Envoy is to do as a ProcessingResponse.
///
/// Messages of protobuf merge when their bytes are put one after another, so what does not change
/// is written once: the replies that only say go on, and the plan for each provider.
final class ReplyWriter {

  private static final String PLAN_TYPE =
      "type.googleapis.com/envoy.extensions.router.cluster_specifiers.priority_group.v3"
          + ".PriorityGroupsOverride";
  private static final int PLANS_MAX = 10_000;

  private static final byte[] ADMIT =
      ProcessingResponse.newBuilder()
          .setRequestHeaders(HeadersResponse.getDefaultInstance())
          .build()
          .toByteArray();

  private static final byte[] READ_BODY =
      ProcessingResponse.newBuilder()
          .setRequestHeaders(HeadersResponse.getDefaultInstance())
          .setModeOverride(
              ProcessingMode.newBuilder()
                  .setRequestBodyMode(ProcessingMode.BodySendMode.BUFFERED)
                  // Only now can it be asked for. Where nothing is to be watched, the call is over
                  // before the answer comes.
                  .setResponseHeaderMode(ProcessingMode.HeaderSendMode.SEND))
          .build()
          .toByteArray();

  private static final byte[] PASS_ANSWER =
      ProcessingResponse.newBuilder()
          .setResponseHeaders(HeadersResponse.getDefaultInstance())
          .build()
          .toByteArray();

  private static final byte[] WATCH_ANSWER =
      ProcessingResponse.newBuilder()
          .setResponseHeaders(
              HeadersResponse.newBuilder()
                  .setResponse(
                      CommonResponse.newBuilder()
                          // Envoy would keep it, and cut the answer there.
                          .setHeaderMutation(
                              HeaderMutation.newBuilder().addRemoveHeaders("content-length"))))
          .setModeOverride(
              ProcessingMode.newBuilder()
                  .setResponseHeaderMode(ProcessingMode.HeaderSendMode.SEND)
                  .setResponseBodyMode(ProcessingMode.BodySendMode.FULL_DUPLEX_STREAMED)
                  .setResponseTrailerMode(ProcessingMode.HeaderSendMode.SEND))
          .build()
          .toByteArray();

  /// Its end would get lost between Envoy's decompressor and this filter.
  private static final ProcessingResponse UNCOMPRESSED =
      ProcessingResponse.newBuilder()
          .setRequestBody(
              BodyResponse.newBuilder()
                  .setResponse(
                      CommonResponse.newBuilder()
                          .setHeaderMutation(
                              HeaderMutation.newBuilder()
                                  .addSetHeaders(set("accept-encoding", "identity")))))
          .build();

  private static final byte[] PASS_TRAILERS =
      ProcessingResponse.newBuilder()
          .setResponseTrailers(TrailersResponse.getDefaultInstance())
          .build()
          .toByteArray();

  /// What Envoy said last, which a reply must name.
  enum Answered {
    HEAD,
    BODY
  }

  private record Plan(ObjectName provider, Answered answered) {}

  private final ConcurrentMap<Plan, byte[]> plans = new ConcurrentHashMap<>();

  static byte[] admit() {
    return ADMIT;
  }

  static byte[] readBody() {
    return READ_BODY;
  }

  static byte[] passAnswer() {
    return PASS_ANSWER;
  }

  static byte[] watchAnswer() {
    return WATCH_ANSWER;
  }

  static byte[] passTrailers() {
    return PASS_TRAILERS;
  }

  /// @param last nothing follows, whatever the provider still sends
  static byte[] part(byte[] bytes, boolean last) {
    var streamed =
        StreamedBodyResponse.newBuilder()
            .setBody(UnsafeByteOperations.unsafeWrap(bytes))
            .setEndOfStream(last);
    var changes =
        CommonResponse.newBuilder()
            .setBodyMutation(BodyMutation.newBuilder().setStreamedResponse(streamed));
    return ProcessingResponse.newBuilder()
        .setResponseBody(BodyResponse.newBuilder().setResponse(changes))
        .build()
        .toByteArray();
  }

  /// For an answer that is to be watched.
  byte[] forwardWatched(Reply.Forward<?> forward) {
    return joined(forward(forward, Answered.BODY), UNCOMPRESSED);
  }

  byte[] forward(Reply.Forward<?> forward, Answered answered) {
    if (plans.size() > PLANS_MAX) {
      plans.clear();
    }
    var plan = plans.computeIfAbsent(new Plan(forward.provider(), answered), ReplyWriter::written);
    var path = forward.path();
    var body = forward.body();
    var firstByte = forward.firstByte();
    boolean changes = path != null || body != null || firstByte != null;
    boolean tells = !forward.headers().isEmpty() || forward.holdId() != null;
    if (!changes && !tells) {
      return plan;
    }
    var rest = ProcessingResponse.newBuilder();
    if (changes) {
      answer(rest, answered, changes(path, body, firstByte));
    }
    if (tells) {
      rest.setDynamicMetadata(told(forward.headers(), forward.holdId()));
    }
    return joined(plan, rest.build());
  }

  private static void answer(
      ProcessingResponse.Builder response, Answered answered, CommonResponse.Builder changes) {
    switch (answered) {
      case HEAD -> response.setRequestHeaders(HeadersResponse.newBuilder().setResponse(changes));
      case BODY -> response.setRequestBody(BodyResponse.newBuilder().setResponse(changes));
    }
  }

  /// Copies a body once only.
  private static byte[] joined(byte[] first, MessageLite second) {
    int length = second.getSerializedSize();
    var bytes = Arrays.copyOf(first, first.length + length);
    try {
      second.writeTo(CodedOutputStream.newInstance(bytes, first.length, length));
    } catch (IOException e) {
      throw new IllegalStateException("BUG: a message is longer than it says", e);
    }
    return bytes;
  }

  private static byte[] written(Plan key) {
    var provider = key.provider();
    var first =
        PriorityGroup.newBuilder()
            .setName("first")
            .addClusters(
                ClusterWeight.newBuilder()
                    .setClusterName(DataPlane.CLUSTER_PREFIX + provider)
                    .setWeight(UInt32Value.of(1)));
    var plan = PriorityGroupsOverride.newBuilder().addPriorityGroups(first).build();
    var additions =
        ProcessingResponseAdditions.newBuilder()
            .putTypedDynamicMetadata(
                DataPlane.PLAN_NAMESPACE,
                Any.newBuilder().setTypeUrl(PLAN_TYPE).setValue(plan.toByteString()).build())
            .build();
    var common =
        CommonResponse.newBuilder()
            // Envoy ignores the cleared route unless a header changes with it.
            .setHeaderMutation(
                HeaderMutation.newBuilder()
                    .addSetHeaders(set(DataPlane.PROVIDER_HEADER, provider.toString())))
            .setClearRouteCache(true);
    var response = ProcessingResponse.newBuilder();
    answer(response, key.answered(), common);
    return joined(response.build().toByteArray(), additions);
  }

  private static CommonResponse.Builder changes(
      @Nullable String path, byte @Nullable [] body, @Nullable Duration firstByte) {
    var changes = CommonResponse.newBuilder();
    if (path != null) {
      changes.getHeaderMutationBuilder().addSetHeaders(set(":path", path));
    }
    if (firstByte != null) {
      changes
          .getHeaderMutationBuilder()
          .addSetHeaders(
              set(DataPlane.FIRST_BYTE_TIMEOUT_HEADER, Long.toString(firstByte.toMillis())));
    }
    if (body != null) {
      // Envoy keeps the client's length, and refuses a body of another one.
      changes
          .getHeaderMutationBuilder()
          .addSetHeaders(set("content-length", Integer.toString(body.length)));
      changes.setBodyMutation(
          BodyMutation.newBuilder().setBody(UnsafeByteOperations.unsafeWrap(body)));
    }
    return changes;
  }

  private static Struct told(List<Header> headers, @Nullable String holdId) {
    var all = Struct.newBuilder();
    if (!headers.isEmpty()) {
      var fields = Struct.newBuilder();
      for (var header : headers) {
        fields.putFields(header.name(), text(header.value()));
      }
      all.putFields(DataPlane.REPLY_NAMESPACE, Value.newBuilder().setStructValue(fields).build());
    }
    if (holdId != null) {
      var fields = Struct.newBuilder().putFields(DataPlane.HOLD_ID, text(holdId));
      all.putFields(DataPlane.HOLD_NAMESPACE, Value.newBuilder().setStructValue(fields).build());
    }
    return all.build();
  }

  private static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }

  static byte[] respond(Answer answer) {
    var headers = HeaderMutation.newBuilder();
    for (var header : answer.headers()) {
      headers.addSetHeaders(set(header.name(), header.value()));
    }
    var response =
        ImmediateResponse.newBuilder()
            .setStatus(HttpStatus.newBuilder().setCodeValue(answer.status()))
            .setHeaders(headers)
            .setBody(UnsafeByteOperations.unsafeWrap(answer.body()))
            .setDetails(answer.details());
    return ProcessingResponse.newBuilder().setImmediateResponse(response).build().toByteArray();
  }

  private static HeaderValueOption set(String name, String value) {
    return HeaderValueOption.newBuilder()
        .setHeader(
            HeaderValue.newBuilder().setKey(name).setRawValue(ByteString.copyFromUtf8(value)))
        .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)
        .build();
  }
}
