package dev.sluice.mcp.rpc.sse;

import dev.sluice.mcp.rpc.MalformedMessageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads the events of a stream one by one, each within a limit.
///
/// An event without its empty line at the end of the stream is none, as the standard has it. One
/// with an id and no data is handed out too: a stream can be taken up again from there.
public final class SseReader {

  private static final int BUFFER_BYTES = 8 * 1024;

  private final InputStream in;
  private final int eventBytesMax;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int from;
  private int to;
  private boolean afterReturn;
  private boolean atStart = true;

  public SseReader(InputStream in, int eventBytesMax) {
    this.in = in;
    this.eventBytesMax = eventBytesMax;
  }

  /// Empty at the end of the stream.
  public Optional<SseEvent> next() throws IOException {
    var event = new Parts();
    for (var line = line(event.room()); line != null; line = line(event.room())) {
      if (!line.isEmpty()) {
        event.add(line);
      } else if (event.any()) {
        return Optional.of(event.built());
      }
    }
    return Optional.empty();
  }

  /// The next line without its end; null where the stream ends first.
  private @Nullable String line(int bytesMax) throws IOException {
    var line = new ByteArrayOutputStream();
    while (true) {
      if (from == to && !fill()) {
        return null;
      }
      if (afterReturn && endsWithFeed()) {
        continue;
      }
      var end = lineEnd();
      if (line.size() + end - from > bytesMax) {
        throw new MalformedMessageException(
            MalformedMessageException.Fault.TOO_LARGE,
            "eventBytes: over %d (expected: at most that)".formatted(eventBytesMax));
      }
      line.write(buffer, from, end - from);
      from = end;
      if (end < to) {
        afterReturn = buffer[from++] == '\r';
        return text(line);
      }
    }
  }

  /// The line feed after a carriage return belongs to the line before.
  private boolean endsWithFeed() {
    afterReturn = false;
    if (buffer[from] != '\n') {
      return false;
    }
    from++;
    return true;
  }

  private int lineEnd() {
    var end = from;
    while (end < to && buffer[end] != '\n' && buffer[end] != '\r') {
      end++;
    }
    return end;
  }

  /// False at the end.
  private boolean fill() throws IOException {
    from = 0;
    to = Math.max(0, in.read(buffer));
    return to > 0;
  }

  private String text(ByteArrayOutputStream line) {
    var text = line.toString(StandardCharsets.UTF_8);
    var marked = atStart && text.startsWith("\ufeff");
    atStart = false;
    return marked ? text.substring(1) : text;
  }

  /// An event while its lines come in.
  private final class Parts {

    private @Nullable String id;
    private @Nullable String type;
    private @Nullable StringBuilder data;
    private @Nullable Duration retry;
    private int bytes;

    int room() {
      return eventBytesMax - bytes;
    }

    boolean any() {
      return id != null || data != null || retry != null;
    }

    void add(String line) {
      bytes += line.length();
      var colon = line.indexOf(':');
      if (colon == 0) {
        bytes -= line.length();
        return;
      }
      var name = colon < 0 ? line : line.substring(0, colon);
      var value = colon < 0 ? "" : line.substring(colon + 1);
      set(name, value.startsWith(" ") ? value.substring(1) : value);
    }

    private void set(String name, String value) {
      switch (name) {
        case "data" ->
            data = data == null ? new StringBuilder(value) : data.append('\n').append(value);
        case "event" -> type = value;
        case "id" -> id = value.indexOf('\0') < 0 ? value : id;
        case "retry" -> retry = millis(value);
        default -> {
          // A field that the standard does not know is passed over.
        }
      }
    }

    private @Nullable Duration millis(String value) {
      var digits = !value.isEmpty() && value.length() <= 9;
      return digits && value.chars().allMatch(c -> c >= '0' && c <= '9')
          ? Duration.ofMillis(Long.parseLong(value))
          : retry;
    }

    SseEvent built() {
      return new SseEvent(
          Optional.ofNullable(id),
          type == null || type.isEmpty() ? SseEvent.MESSAGE : type,
          data == null ? "" : data.toString(),
          Optional.ofNullable(retry));
    }
  }
}
