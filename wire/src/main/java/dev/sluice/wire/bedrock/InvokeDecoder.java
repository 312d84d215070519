package dev.sluice.wire.bedrock;

import dev.sluice.wire.translate.ProviderError;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/// Turns the stream of `invoke-with-response-stream` into the events that Claude wrote: server-sent
/// events whose JSON is Claude's own, byte for byte, but for what Bedrock adds of its own.
///
/// What goes wrong becomes an `error` event, the last one. Not thread-safe.
public final class InvokeDecoder {

  private static final JsonMapper JSON = JsonMapper.shared();

  /// Bedrock's own count of tokens and time, in the last event.
  private static final String METRICS = "amazon-bedrock-invocationMetrics";

  private static final Pattern TYPE = Pattern.compile("[a-z0-9_]+");

  private final EventStream stream = new EventStream();
  private @Nullable ProviderError failure;
  private boolean ended;

  /// The events that are whole now.
  public byte[] read(byte[] part, int offset, int length) {
    return events(stream.read(part, offset, length));
  }

  /// The stream has ended. One that did not end by itself has an `error` for its last event.
  public byte[] end() {
    var events = new ByteArrayOutputStream();
    events.writeBytes(events(stream.end()));
    if (!ended) {
      fail(events, "the stream ends without message_stop");
    }
    return events.toByteArray();
  }

  /// Of an event that has not come to its end.
  public long heldBytes() {
    return ended ? 0 : stream.heldBytes();
  }

  /// Whether Claude's last event has come.
  public boolean ended() {
    return ended;
  }

  /// What went wrong, in the provider's words; null while nothing has.
  public @Nullable ProviderError failure() {
    return failure;
  }

  private byte[] events(List<Frame> frames) {
    var events = new ByteArrayOutputStream();
    for (var frame : frames) {
      if (ended) {
        break;
      }
      switch (frame) {
        // Bedrock may add other events some day; they are nothing of Claude's.
        case Frame.Event(var type, var payload) when type.equals("chunk") -> chunk(events, payload);
        case Frame.Event _ -> {}
        case Frame.Thrown thrown -> fail(events, BedrockErrors.of(thrown));
        case Frame.Failure failed -> fail(events, BedrockErrors.of(failed));
        case Frame.Broken(var problem) -> fail(events, problem);
      }
    }
    return events.toByteArray();
  }

  private void chunk(ByteArrayOutputStream events, byte[] payload) {
    try {
      var json = bytes(payload);
      var event = Event.of(json);
      if (!TYPE.matcher(event.type()).matches()) {
        fail(events, "an event without a type");
        return;
      }
      write(events, event.type(), event.withoutMetrics());
      ended = event.type().equals("message_stop") || event.type().equals("error");
    } catch (JacksonException e) {
      fail(events, "a chunk without an event: " + e.getOriginalMessage());
    }
  }

  private static byte[] bytes(byte[] payload) {
    try (var parser = JSON.createParser(payload)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean wanted = parser.currentName().equals("bytes");
        if (parser.nextToken() == JsonToken.VALUE_STRING && wanted) {
          return parser.getBinaryValue();
        }
        parser.skipChildren();
      }
      return new byte[0];
    }
  }

  private void fail(ByteArrayOutputStream events, String problem) {
    fail(events, new ProviderError(ProviderError.Kind.SERVER, problem));
  }

  private void fail(ByteArrayOutputStream events, ProviderError error) {
    failure = error;
    ended = true;
    var json = new ByteArrayOutputStream();
    try (var writer = JSON.createGenerator(json)) {
      writer.writeStartObject();
      writer.writeStringProperty("type", "error");
      writer.writeObjectPropertyStart("error");
      writer.writeStringProperty("type", error.kind().type());
      writer.writeStringProperty("message", told(error));
      writer.writeEndObject();
      writer.writeEndObject();
    }
    write(events, "error", json.toByteArray());
  }

  /// The provider's words can name accounts and hosts.
  private static String told(ProviderError error) {
    return error.kind().told() ? error.message() : "The provider of the model failed.";
  }

  private static void write(ByteArrayOutputStream events, String type, byte[] json) {
    events.writeBytes(("event: " + type + "\ndata: ").getBytes(StandardCharsets.UTF_8));
    for (byte b : json) {
      // A line's end stands between tokens only, where a space says the same.
      events.write(b == '\n' || b == '\r' ? ' ' : b);
    }
    events.writeBytes(new byte[] {'\n', '\n'});
  }

  /// An event of Claude's, as Bedrock handed it on.
  ///
  /// @param metricsStart where Bedrock's own member begins
  /// @param metricsEnd where it ends; no more than the start where there is none
  @SuppressWarnings("ArrayRecordComponent") // It lives as long as the frame.
  private record Event(String type, byte[] json, int metricsStart, int metricsEnd) {

    static Event of(byte[] json) {
      var type = "";
      int start = 0;
      int end = 0;
      try (var parser = JSON.createParser(json)) {
        parser.nextToken();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
          var name = parser.currentName();
          int from = (int) parser.currentTokenLocation().getByteOffset();
          if (parser.nextToken() == JsonToken.VALUE_STRING && name.equals("type")) {
            type = parser.getString();
          }
          parser.skipChildren();
          parser.finishToken();
          if (name.equals(METRICS)) {
            start = from;
            end = (int) parser.currentLocation().getByteOffset();
          }
        }
        parser.nextToken();
      }
      return new Event(type, json, start, end);
    }

    /// The comma goes too: the one before, or where none is before, the one behind.
    byte[] withoutMetrics() {
      if (metricsEnd <= metricsStart) {
        return json;
      }
      int start = metricsStart;
      int end = metricsEnd;
      int before = start - 1;
      while (isSpace(json[before])) {
        before--;
      }
      if (json[before] == ',') {
        start = before;
      } else {
        while (isSpace(json[end])) {
          end++;
        }
        end += json[end] == ',' ? 1 : 0;
      }
      var event = new ByteArrayOutputStream(json.length);
      event.write(json, 0, start);
      event.write(json, end, json.length - end);
      return event.toByteArray();
    }

    private static boolean isSpace(byte b) {
      return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }
  }
}
