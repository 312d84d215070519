package dev.sluice.wire.openai.client.answer;

import static dev.sluice.wire.openai.client.answer.ClientEncoder.JSON;

import dev.sluice.wire.anthropic.answer.MessagesDecoder;
import dev.sluice.wire.json.Completeness;
import dev.sluice.wire.openai.client.ClientRequest.Wanted;
import dev.sluice.wire.translate.AnswerDecoder;
import dev.sluice.wire.translate.AnswerEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// The way back of one answer, from the words of the Messages API to the client's. Whether it is a
/// stream, a whole answer or an error shows in its body. Its parts are read by one thread; another
/// can ask whether it is whole, and end it.
public final class ClientAnswer {

  private static final int WHOLE_BYTES_MAX = AnswerDecoder.EVENT_BYTES_MAX;
  private static final int ERROR_BYTES_MAX = 128 << 10;
  private static final byte[] PING = ": ping\n\n".getBytes(StandardCharsets.US_ASCII);

  private enum Form {
    UNKNOWN,
    STREAM,
    WHOLE,
    OVERFULL,
    /// Longer than any error, of an answer of which only an error is put into other words.
    PASSING
  }

  private final AnswerDecoder decoder = new MessagesDecoder();
  private final ByteArrayOutputStream whole = new ByteArrayOutputStream();
  private final @Nullable ClientEncoder encoder;
  private final Completeness document = new Completeness();
  private Form form = Form.UNKNOWN;
  private boolean over;

  private ClientAnswer(@Nullable ClientEncoder encoder) {
    this.encoder = encoder;
  }

  public static ClientAnswer of(Wanted wanted, Instant createdAt) {
    return new ClientAnswer(encoder(wanted, createdAt));
  }

  /// To a request that is as good in OpenAI's words as in Anthropic's: only an error is not.
  public static ClientAnswer ofOther() {
    return new ClientAnswer(null);
  }

  private static ClientEncoder encoder(Wanted wanted, Instant createdAt) {
    return switch (wanted) {
      case Wanted.Chat chat ->
          chat.stream() ? new ChatStream(chat, createdAt) : new ChatWhole(createdAt);
      case Wanted.Responses responses -> new ResponsesEncoder(responses, createdAt);
    };
  }

  /// Keeps a silent stream alive; can be sent between any two results of [#read].
  public static byte[] ping() {
    return PING.clone();
  }

  /// Whether the answer is a stream, as far as it was read.
  public boolean isStream() {
    return form == Form.STREAM;
  }

  /// What a part of the answer comes to.
  ///
  /// @param last nothing follows
  public synchronized byte[] read(byte[] part, int offset, int length, boolean last) {
    if (form == Form.UNKNOWN) {
      form = form(part, offset, length);
    }
    var out = new ByteArrayOutputStream();
    if (form == Form.STREAM && encoder != null) {
      out.writeBytes(encoded(encoder, decoder.read(part, offset, length)));
      if (last) {
        out.writeBytes(encoded(encoder, decoder.end()));
      }
      return out.toByteArray();
    }
    if (encoder == null && whole.size() + length > ERROR_BYTES_MAX) {
      form = Form.PASSING;
    }
    if (form == Form.PASSING) {
      out.writeBytes(whole.toByteArray());
      out.write(part, offset, length);
      whole.reset();
      return out.toByteArray();
    }
    keep(part, offset, length);
    if (last) {
      out.writeBytes(whole());
    }
    return out.toByteArray();
  }

  private byte[] encoded(ClientEncoder to, List<AnswerEvent> events) {
    if (!events.isEmpty()) {
      var last = events.getLast();
      over |= last instanceof AnswerEvent.Ended || last instanceof AnswerEvent.Failed;
    }
    return to.encode(events);
  }

  /// Whether nothing of the answer is missing but its end.
  public synchronized boolean isWhole() {
    return over || (form == Form.WHOLE && document.isComplete());
  }

  private static Form form(byte[] part, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (part[i] > ' ') {
        return part[i] == '{' ? Form.WHOLE : Form.STREAM;
      }
    }
    return Form.UNKNOWN;
  }

  private void keep(byte[] part, int offset, int length) {
    if (whole.size() + length > WHOLE_BYTES_MAX) {
      form = Form.OVERFULL;
      whole.reset();
    }
    if (form != Form.OVERFULL) {
      whole.write(part, offset, length);
      document.see(part, offset, length);
    }
  }

  private byte[] whole() {
    return form == Form.OVERFULL
        ? error("api_error", "the answer is longer than the gateway keeps")
        : inOtherWords(whole.toByteArray());
  }

  /// What is neither an answer of the Messages API nor an error stays as it is.
  private byte[] inOtherWords(byte[] body) {
    var json = json(body);
    var type = json.path("type").asString("");
    if (type.equals("error")) {
      var error = json.path("error");
      return error(error.path("type").asString(""), error.path("message").asString(""));
    }
    if (encoder == null) {
      return body;
    }
    if (!type.equals("message")) {
      return error("api_error", "the answer is not what was asked for");
    }
    var events = new ArrayList<>(decoder.read(body, 0, body.length));
    events.addAll(decoder.end());
    return encoder.encode(events);
  }

  private static JsonNode json(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (JacksonException _) {
      return JSON.missingNode();
    }
  }

  /// An error's body.
  ///
  /// @param type in Anthropic's envelope
  public static byte[] error(String type, String message) {
    return JSON.writeValueAsBytes(ClientError.envelope(type, message));
  }

  /// An answer of ours that is in Anthropic's envelope.
  public static byte[] inOpenAisEnvelope(byte[] body) {
    return ofOther().inOtherWords(body);
  }
}
