package dev.sluice.extproc.envoy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Struct;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.Value;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.extproc.client.OpenAiPath;
import dev.sluice.extproc.client.Told;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.reply.Answer;
import dev.sluice.extproc.reply.Header;
import dev.sluice.extproc.reply.Reply;
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
import org.jspecify.annotations.Nullable;

/// Writes what Envoy is to do as a ProcessingResponse.
///
/// Messages of protobuf merge when their bytes are put one after another, so what does not change
/// is written once: the replies that only say go on, and the plans.
final class ReplyWriter {

  private static final String MESSAGES_VERSION = "2023-06-01";

  /// What a client says to OpenAI about its own account there.
  private static final List<String> OF_OPENAI =
      List.of("openai-organization", "openai-project", "openai-beta");

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

  /// Part by part, for as long as it takes.
  private static final ProcessingMode STREAMED =
      ProcessingMode.newBuilder()
          .setResponseHeaderMode(ProcessingMode.HeaderSendMode.SEND)
          .setResponseBodyMode(ProcessingMode.BodySendMode.FULL_DUPLEX_STREAMED)
          .setResponseTrailerMode(ProcessingMode.HeaderSendMode.SEND)
          .build();

  private static final byte[] WATCH_ANSWER = showBody(HeaderMutation.newBuilder(), STREAMED);

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

  private static final ProcessingResponse SHOW_ANSWER =
      ProcessingResponse.newBuilder()
          .setModeOverride(
              ProcessingMode.newBuilder().setResponseHeaderMode(ProcessingMode.HeaderSendMode.SEND))
          .build();

  private static final byte[] NOTHING = new byte[0];

  /// An answer is read whole before its status is known to the client.
  private static final byte[] KEEP_ANSWER =
      showBody(
          HeaderMutation.newBuilder(),
          ProcessingMode.newBuilder()
              .setResponseHeaderMode(ProcessingMode.HeaderSendMode.SEND)
              .setResponseBodyMode(ProcessingMode.BodySendMode.BUFFERED)
              .build());

  private static final ProcessingResponse FAILED_FOR_NOW =
      ProcessingResponse.newBuilder()
          .setResponseHeaders(
              HeadersResponse.newBuilder()
                  .setResponse(
                      CommonResponse.newBuilder()
                          .setHeaderMutation(
                              HeaderMutation.newBuilder()
                                  .addSetHeaders(set(DataPlane.AGAIN_HEADER, "1")))))
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

  private final Plans plans = new Plans();

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

  static byte[] keepAnswer() {
    return KEEP_ANSWER;
  }

  /// That another place failed before, for now: to be put before the reply to an answer's head.
  static byte[] failedForNow(byte[] told) {
    return joined(told, FAILED_FOR_NOW);
  }

  /// For an answer that is to be put into other words.
  static byte[] translateAnswer(String contentType) {
    return showBody(
        HeaderMutation.newBuilder().addSetHeaders(set("content-type", contentType)), STREAMED);
  }

  /// Without its length: Envoy would keep it, and cut there what takes its place.
  private static byte[] showBody(HeaderMutation.Builder headers, ProcessingMode mode) {
    return ProcessingResponse.newBuilder()
        .setResponseHeaders(
            HeadersResponse.newBuilder()
                .setResponse(
                    CommonResponse.newBuilder()
                        .setHeaderMutation(headers.addRemoveHeaders("content-length"))))
        .setModeOverride(mode)
        .build()
        .toByteArray();
  }

  /// In the place of an answer that was read whole.
  static byte[] instead(Answer answer) {
    return ProcessingResponse.newBuilder()
        .setResponseBody(BodyResponse.newBuilder().setResponse(replaced(answer)))
        .build()
        .toByteArray();
  }

  /// In the place of an answer of which only the head is known.
  static byte[] insteadOfHead(Answer answer) {
    return ProcessingResponse.newBuilder()
        .setResponseHeaders(
            HeadersResponse.newBuilder()
                .setResponse(
                    replaced(answer).setStatus(CommonResponse.ResponseStatus.CONTINUE_AND_REPLACE)))
        .build()
        .toByteArray();
  }

  private static CommonResponse.Builder replaced(Answer answer) {
    var body = UnsafeByteOperations.unsafeWrap(answer.body());
    var headers =
        HeaderMutation.newBuilder()
            .addRemoveHeaders("content-length")
            .addSetHeaders(set(":status", Integer.toString(answer.status())));
    answer.headers().forEach(header -> headers.addSetHeaders(set(header.name(), header.value())));
    return CommonResponse.newBuilder()
        .setHeaderMutation(headers)
        .setBodyMutation(BodyMutation.newBuilder().setBody(body));
  }

  static byte[] passTrailers() {
    return PASS_TRAILERS;
  }

  /// In the place of a request of a client that speaks OpenAI. Its answer comes uncompressed.
  static byte[] ask(Told told) {
    var changes = changes(Endpoint.MESSAGES.path(), told.body(), null, null);
    var headers = changes.getHeaderMutationBuilder();
    OF_OPENAI.forEach(headers::addRemoveHeaders);
    headers.addSetHeaders(set("anthropic-version", MESSAGES_VERSION));
    headers.addSetHeaders(set("accept-encoding", "identity"));
    if (!told.betas().isEmpty()) {
      headers.addSetHeaders(set("anthropic-beta", String.join(",", told.betas())));
    }
    var reply = ProcessingResponse.newBuilder();
    if (!told.untold().isEmpty()) {
      var fields = Struct.newBuilder();
      fields.putFields(DataPlane.CLIENT_UNTOLD, text(String.join(",", told.untold())));
      var value = Value.newBuilder().setStructValue(fields).build();
      reply.setDynamicMetadata(Struct.newBuilder().putFields(DataPlane.CLIENT_NAMESPACE, value));
    }
    answer(reply, Answered.BODY, changes);
    return reply.build().toByteArray();
  }

  /// A request of such a client that is OpenAI's on all its way. Its answer comes uncompressed.
  static byte[] askAsItIs(OpenAiPath path) {
    var changes = changes(path.inside().path(), null, null, null);
    var headers = changes.getHeaderMutationBuilder();
    OF_OPENAI.forEach(headers::addRemoveHeaders);
    headers.addSetHeaders(set("accept-encoding", "identity"));
    var reply = ProcessingResponse.newBuilder();
    answer(reply, Answered.BODY, changes);
    return reply.build().toByteArray();
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

  /// For an answer whose head is to be shown: because it is watched, put into other words, or one
  /// of several attempts'.
  byte[] forwardWatched(Reply.Forward<?> forward, Answered answered) {
    return switch (answered) {
      case HEAD -> joined(forward(forward, answered), SHOW_ANSWER);
      case BODY -> joined(forward(forward, answered), UNCOMPRESSED);
    };
  }

  /// What the attempt that answers tells, to be put before the reply to its answer's head.
  static byte[] told(Reply.Forward<?> forward) {
    return tells(forward)
        ? ProcessingResponse.newBuilder()
            .setDynamicMetadata(told(forward.headers(), forward.holdId()))
            .build()
            .toByteArray()
        : NOTHING;
  }

  private static boolean tells(Reply.Forward<?> forward) {
    return !forward.headers().isEmpty() || forward.holdId() != null;
  }

  byte[] forward(Reply.Forward<?> forward, Answered answered) {
    var plan = plans.of(forward, answered);
    var path = forward.path();
    var body = forward.body();
    var firstByte = forward.firstByte();
    var betas = forward.betas();
    boolean changes = path != null || body != null || firstByte != null || betas != null;
    boolean tells = forward.others().isEmpty() && tells(forward);
    if (!changes && !tells) {
      return plan;
    }
    var rest = ProcessingResponse.newBuilder();
    if (changes) {
      answer(rest, answered, changes(path, body, firstByte, betas));
    }
    if (tells) {
      rest.setDynamicMetadata(told(forward.headers(), forward.holdId()));
    }
    return joined(plan, rest.build());
  }

  static void answer(
      ProcessingResponse.Builder response, Answered answered, CommonResponse.Builder changes) {
    switch (answered) {
      case HEAD -> response.setRequestHeaders(HeadersResponse.newBuilder().setResponse(changes));
      case BODY -> response.setRequestBody(BodyResponse.newBuilder().setResponse(changes));
    }
  }

  /// Copies a body once only.
  static byte[] joined(byte[] first, MessageLite second) {
    int length = second.getSerializedSize();
    var bytes = Arrays.copyOf(first, first.length + length);
    try {
      second.writeTo(CodedOutputStream.newInstance(bytes, first.length, length));
    } catch (IOException e) {
      throw new IllegalStateException("BUG: a message is longer than it says", e);
    }
    return bytes;
  }

  static CommonResponse.Builder changes(
      @Nullable String path,
      byte @Nullable [] body,
      @Nullable Duration firstByte,
      @Nullable String betas) {
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
    if (betas != null) {
      changes.getHeaderMutationBuilder().addSetHeaders(set(DataPlane.BETAS_HEADER, betas));
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

  static HeaderValueOption set(String name, String value) {
    return HeaderValueOption.newBuilder()
        .setHeader(
            HeaderValue.newBuilder().setKey(name).setRawValue(ByteString.copyFromUtf8(value)))
        .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)
        .build();
  }
}
