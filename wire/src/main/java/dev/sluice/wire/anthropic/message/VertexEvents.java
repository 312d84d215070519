package dev.sluice.wire.anthropic.message;

import dev.sluice.wire.openai.ServerEvents;
import dev.sluice.wire.translate.ProviderError;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.JacksonException;

/// The stream of Claude at Vertex AI, without the events that Google adds: clients that know
/// Anthropic's events, and no others, end at one of them (vercel/ai 11309). The JSON of all others
/// stays Claude's own.
///
/// What goes wrong becomes an `error` event, the last one. Not thread-safe.
public final class VertexEvents {

  private static final String ADDED = "vertex_event";

  private final ServerEvents stream = new ServerEvents();
  private boolean ended;

  /// The events that are whole now.
  public byte[] read(byte[] part, int offset, int length) {
    var out = new ByteArrayOutputStream();
    write(out, stream.read(part, offset, length));
    if (stream.overfull()) {
      fail(out, "An event of the model is too long.");
    }
    return out.toByteArray();
  }

  /// The stream has ended. One that did not end by itself has an `error` for its last event.
  public byte[] end() {
    var out = new ByteArrayOutputStream();
    if (!stream.whole()) {
      write(out, stream.end().stream().filter(event -> isJson(event.data())).toList());
    }
    fail(out, "The answer of the model ended too early.");
    return out.toByteArray();
  }

  /// Of an event that has not come to its end.
  public long heldBytes() {
    return ended ? 0 : stream.heldBytes();
  }

  /// Whether Claude's last event has come.
  public boolean ended() {
    return ended;
  }

  /// Whether an event without its empty line is there to its end.
  private static boolean isJson(String data) {
    try {
      return MessageJson.JSON.readTree(data).isObject();
    } catch (JacksonException | NumberFormatException _) {
      // The second is the parser's own: JSON has no limit, but an exponent here has.
      return false;
    }
  }

  private void write(ByteArrayOutputStream out, List<ServerEvents.Event> events) {
    for (var event : events) {
      if (!ended && !event.name().equals(ADDED)) {
        write(out, event.name(), event.data());
      }
    }
  }

  private void fail(ByteArrayOutputStream out, String problem) {
    if (!ended) {
      var kind = ProviderError.Kind.SERVER.type();
      var json = MessageJson.JSON.createObjectNode().put("type", "error");
      json.putObject("error").put("type", kind).put("message", problem);
      write(out, "error", json.toString());
    }
  }

  private void write(ByteArrayOutputStream out, String name, String data) {
    var line = name.isEmpty() ? "" : "event: " + name + "\n";
    // A line's end stands between tokens only, where a space says the same.
    var event = line + "data: " + data.replace('\n', ' ') + "\n\n";
    out.writeBytes(event.getBytes(StandardCharsets.UTF_8));
    ended = name.equals("message_stop") || name.equals("error");
  }
}
