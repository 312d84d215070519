package dev.sluice.extproc.envoy;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.decode.Client;
import dev.sluice.extproc.decode.Dialect;
import dev.sluice.extproc.decode.FactsHeader;
import dev.sluice.extproc.decode.Head;
import dev.sluice.extproc.decode.Head.Offered;
import dev.sluice.extproc.watch.AnswerHead;
import dev.sluice.wire.anthropic.MessagesRequest;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads a ProcessingRequest out of its bytes, without the objects in between: of thirty headers a
/// dozen are wanted, and the body stays where it is.
final class RequestReader {

  private final byte[] message;
  private final CodedInputStream input;
  private final Fields fields = new Fields();

  private RequestReader(Message message) {
    this.message = message.bytes();
    this.input = CodedInputStream.newInstance(message.bytes(), 0, message.length());
  }

  /// Whether it is the head of an answer in which a provider may refuse our account.
  static boolean mayRefuseAccount(Message message) {
    try {
      return read(message) instanceof Incoming.AnswerHead(var head) && head.mayRefuseAccount();
    } catch (IOException _) {
      return false; // Who reads it next says so.
    }
  }

  /// Of the message's bytes, a body refers to its own; a head to none.
  static Incoming read(Message message) throws IOException {
    return new RequestReader(message).message();
  }

  private Incoming message() throws IOException {
    Incoming found = new Incoming.Other();
    for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case ProcessingRequest.REQUEST_HEADERS_FIELD_NUMBER ->
            found = new Incoming.Head(fields.head(headers()), fields.attempt);
        case ProcessingRequest.REQUEST_BODY_FIELD_NUMBER ->
            found = new Incoming.Body(body().part());
        case ProcessingRequest.RESPONSE_HEADERS_FIELD_NUMBER ->
            found = new Incoming.AnswerHead(fields.answerHead(headers()));
        case ProcessingRequest.RESPONSE_BODY_FIELD_NUMBER -> found = body();
        case ProcessingRequest.RESPONSE_TRAILERS_FIELD_NUMBER -> {
          input.skipField(tag);
          found = new Incoming.AnswerTrailers();
        }
        default -> input.skipField(tag);
      }
    }
    return found;
  }

  private Incoming.AnswerPart body() throws IOException {
    int end = enter();
    int offset = 0;
    int length = 0;
    boolean last = false;
    while (input.getTotalBytesRead() < end) {
      int tag = input.readTag();
      switch (WireFormat.getTagFieldNumber(tag)) {
        case HttpBody.BODY_FIELD_NUMBER -> {
          length = input.readRawVarint32();
          offset = input.getTotalBytesRead();
          input.skipRawBytes(length);
        }
        case HttpBody.END_OF_STREAM_FIELD_NUMBER -> last = input.readBool();
        default -> input.skipField(tag);
      }
    }
    return new Incoming.AnswerPart(new Body(message, offset, length), last);
  }

  /// @return whether nothing follows
  private boolean headers() throws IOException {
    int end = enter();
    boolean complete = false;
    while (input.getTotalBytesRead() < end) {
      int tag = input.readTag();
      switch (WireFormat.getTagFieldNumber(tag)) {
        case HttpHeaders.HEADERS_FIELD_NUMBER -> headerMap();
        case HttpHeaders.END_OF_STREAM_FIELD_NUMBER -> complete = input.readBool();
        default -> input.skipField(tag);
      }
    }
    return complete;
  }

  private void headerMap() throws IOException {
    int end = enter();
    while (input.getTotalBytesRead() < end) {
      int tag = input.readTag();
      if (WireFormat.getTagFieldNumber(tag) == HeaderMap.HEADERS_FIELD_NUMBER) {
        header();
      } else {
        input.skipField(tag);
      }
    }
  }

  private void header() throws IOException {
    int end = enter();
    String key = "";
    int offset = 0;
    int length = 0;
    while (input.getTotalBytesRead() < end) {
      int tag = input.readTag();
      switch (WireFormat.getTagFieldNumber(tag)) {
        case HeaderValue.KEY_FIELD_NUMBER -> key = input.readString();
        case HeaderValue.VALUE_FIELD_NUMBER, HeaderValue.RAW_VALUE_FIELD_NUMBER -> {
          int bytes = input.readRawVarint32();
          // Envoy fills the raw value, and leaves the other one empty.
          if (bytes > 0) {
            length = bytes;
            offset = input.getTotalBytesRead();
          }
          input.skipRawBytes(bytes);
        }
        default -> input.skipField(tag);
      }
    }
    fields.set(key, message, offset, length);
  }

  private int enter() throws IOException {
    int length = input.readRawVarint32();
    return input.getTotalBytesRead() + length;
  }

  /// The headers that are wanted.
  private static final class Fields {

    private @Nullable String requestId;
    private String method = "";
    private String path = "";
    private @Nullable String contentLength;
    private @Nullable String sluiceKey;
    private @Nullable String apiKey;
    private @Nullable String authorization;
    private @Nullable String userAgent;
    private @Nullable String sessionId;
    private @Nullable String agentId;
    private @Nullable String parentAgentId;
    private @Nullable String version;
    private @Nullable MessagesRequest request;
    private int attempt = 1;
    private String status = "";
    private String contentType = "";
    private @Nullable String contentEncoding;
    private @Nullable Long inputTokens;
    private boolean byProvider;
    private boolean compressed;
    private final SortedMap<String, String> routed = new TreeMap<>();

    void set(String key, byte[] bytes, int offset, int length) {
      if (Client.keeps(key)) {
        setRouted(key, text(bytes, offset, length));
        return;
      }
      switch (key) {
        case ":method" -> method = text(bytes, offset, length);
        case ":path" -> path = text(bytes, offset, length);
        case "x-request-id" -> requestId = text(bytes, offset, length);
        case "content-length" -> contentLength = text(bytes, offset, length);
        case "x-sluice-key" -> sluiceKey = text(bytes, offset, length);
        case "x-api-key" -> apiKey = text(bytes, offset, length);
        case "authorization" -> authorization = text(bytes, offset, length);
        case "anthropic-version" -> version = text(bytes, offset, length);
        case ":status" -> status = text(bytes, offset, length);
        case "content-type" -> contentType = text(bytes, offset, length);
        case DataPlane.ANSWERED_BY_HEADER -> byProvider = true;
        case DataPlane.INPUT_TOKENS_HEADER -> inputTokens = number(text(bytes, offset, length));
        case DataPlane.ENCODED_HEADER -> compressed = true;
        case "content-encoding" -> contentEncoding = text(bytes, offset, length);
        case DataPlane.ATTEMPT_COUNT_HEADER ->
            attempt = Integer.parseInt(text(bytes, offset, length));
        case DataPlane.FACTS_HEADER -> request = FactsHeader.read(text(bytes, offset, length));
        default -> {
          // Not wanted: it passes on as it is.
        }
      }
    }

    /// One that routes may look at.
    private void setRouted(String key, String text) {
      routed.merge(key, text, (one, more) -> one + "," + more);
      switch (key) {
        case "user-agent" -> userAgent = text;
        case "x-claude-code-session-id" -> sessionId = text;
        case "x-claude-code-agent-id" -> agentId = text;
        case "x-claude-code-parent-agent-id" -> parentAgentId = text;
        default -> {
          // Only routes look at it.
        }
      }
    }

    /// Null for what a provider should not have said.
    private static @Nullable Long number(String text) {
      return text.matches("\\d{1,12}") ? Long.valueOf(text) : null;
    }

    private static String text(byte[] bytes, int offset, int length) {
      return new String(bytes, offset, length, StandardCharsets.UTF_8);
    }

    AnswerHead answerHead(boolean complete) {
      return new AnswerHead(
          status, contentType, contentEncoding, complete, inputTokens, byProvider, compressed);
    }

    Head head(boolean complete) {
      if (requestId == null) {
        throw new IllegalStateException("BUG: Envoy gave a request no x-request-id");
      }
      int mark = path.indexOf('?');
      return new Head(
          requestId,
          method,
          mark < 0 ? path : path.substring(0, mark),
          mark < 0 ? null : path.substring(mark + 1),
          complete,
          contentLength == null ? null : Long.valueOf(contentLength),
          new Offered(sluiceKey, apiKey, authorization),
          Client.of(sessionId, agentId, parentAgentId, userAgent).with(routed),
          new Dialect(version, routed.get("anthropic-beta")),
          request);
    }
  }
}
