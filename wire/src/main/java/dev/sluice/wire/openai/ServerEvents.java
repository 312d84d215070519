package dev.sluice.wire.openai;

import dev.sluice.wire.translate.AnswerDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Cuts an answer's body, as it comes, into the events of a stream; or keeps it whole where it is
/// one JSON text, whatever was asked for. Not thread-safe.
public final class ServerEvents {

  /// @param name empty where the stream gives none
  public record Event(String name, String data) {}

  private enum Form {
    UNKNOWN,
    STREAM,
    WHOLE
  }

  private static final int EVENT_BYTES_MAX = AnswerDecoder.EVENT_BYTES_MAX;

  private final Bytes line = new Bytes();
  private final Bytes data = new Bytes();
  private Form form = Form.UNKNOWN;
  private String name = "";
  private boolean hasData;
  private boolean afterReturn;
  private boolean overfull;

  /// The events that end in this part.
  public List<Event> read(byte[] part, int offset, int length) {
    int from = offset;
    int end = offset + length;
    while (form == Form.UNKNOWN && from < end) {
      form = formBy(part[from]);
      from += form == Form.UNKNOWN ? 1 : 0;
    }
    if (form == Form.WHOLE) {
      add(data, part, from, end);
      return List.of();
    }
    var events = new ArrayList<Event>();
    while (from < end && !overfull) {
      int stop = lineEnd(part, from, end);
      add(line, part, from, stop);
      if (stop < end) {
        endLine(part[stop], stop == from, events);
      }
      from = stop + 1;
    }
    return events;
  }

  /// What is left when the body has ended: an event without its last empty line, or the whole text.
  public List<Event> end() {
    var events = new ArrayList<Event>();
    if (form == Form.WHOLE) {
      hasData = true;
    } else if (line.size > 0) {
      field();
    }
    endEvent(events);
    return events;
  }

  /// Whether the body is one JSON text and no stream.
  public boolean whole() {
    return form == Form.WHOLE;
  }

  /// Whether an event is longer than [AnswerDecoder#EVENT_BYTES_MAX]; no more is read then.
  public boolean overfull() {
    return overfull;
  }

  /// Of an event that has not come to its end.
  public long heldBytes() {
    return form == Form.STREAM ? (long) line.size + data.size : 0;
  }

  /// The name of the event that has not come to its end; empty where it is not told yet.
  public String heldName() {
    return name;
  }

  private static Form formBy(byte b) {
    return switch (b) {
      case '{', '[' -> Form.WHOLE;
      case ' ', '\t', '\r', '\n', (byte) 0xEF, (byte) 0xBB, (byte) 0xBF -> Form.UNKNOWN;
      default -> Form.STREAM;
    };
  }

  private static int lineEnd(byte[] part, int from, int end) {
    int at = from;
    while (at < end && part[at] != '\n' && part[at] != '\r') {
      at++;
    }
    return at;
  }

  private void add(Bytes to, byte[] part, int from, int end) {
    if ((long) line.size + data.size + end - from > EVENT_BYTES_MAX) {
      overfull = true;
      line.clear();
      data.clear();
    }
    if (!overfull && end > from) {
      to.add(part, from, end - from);
      afterReturn = false;
    }
  }

  /// A line ends with LF, CR or both.
  private void endLine(byte ending, boolean nothingSinceLast, List<Event> events) {
    boolean second = ending == '\n' && afterReturn && nothingSinceLast;
    afterReturn = ending == '\r';
    if (second) {
      return;
    }
    if (line.size == 0) {
      endEvent(events);
      return;
    }
    field();
  }

  private void field() {
    int colon = line.indexOf(':');
    if (colon < 0) {
      colon = line.size;
    }
    int from = Math.min(colon + 1, line.size);
    if (from < line.size && line.bytes[from] == ' ') {
      from++;
    }
    switch (line.text(0, colon)) {
      case "data" -> {
        if (hasData) {
          data.add(new byte[] {'\n'}, 0, 1);
        }
        hasData = true;
        data.add(line.bytes, from, line.size - from);
      }
      case "event" -> name = line.text(from, line.size);
      default -> {
        // A comment, or what only a client that reconnects needs.
      }
    }
    line.clear();
  }

  private void endEvent(List<Event> events) {
    if (hasData) {
      events.add(new Event(name, data.text(0, data.size)));
    }
    hasData = false;
    name = "";
    data.clear();
  }

  private static final class Bytes {

    private static final int KEPT_BYTES_MAX = 64 << 10;

    private byte[] bytes = new byte[1024];
    private int size;

    private void add(byte[] from, int offset, int length) {
      if (size + length > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + length));
      }
      System.arraycopy(from, offset, bytes, size, length);
      size += length;
    }

    private void clear() {
      size = 0;
      if (bytes.length > KEPT_BYTES_MAX) {
        bytes = new byte[1024];
      }
    }

    private int indexOf(char c) {
      for (int i = 0; i < size; i++) {
        if (bytes[i] == c) {
          return i;
        }
      }
      return -1;
    }

    private String text(int from, int to) {
      return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
  }
}
