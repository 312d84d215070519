package dev.sluice.wire.anthropic.answer;

import dev.sluice.wire.anthropic.Visible;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads a streamed answer as it arrives, cut anywhere, and tells how much of it was seen.
///
/// It sees what the meter inside Envoy sees (`visible.lua`), and what it cannot read counts as
/// more, never as less.
public final class AnswerReader {

  /// Of a longer line the rest is not kept.
  private static final int LINE_BYTES_MAX = 256 << 10;

  private byte[] line = new byte[1024];
  private int lineBytes;
  private @Nullable String event;
  private long text;
  private long thinking;
  private long signature;
  private long largest;
  private long open = -1;
  private long bytes;
  private boolean shown;
  private boolean finished;
  private boolean ended;

  /// Reads a part of the answer.
  ///
  /// @return how much of it, from its start, belongs to events that are complete now
  public int read(byte[] part, int offset, int length) {
    int complete = 0;
    for (int i = 0; i < length; i++) {
      byte b = part[offset + i];
      if (b != '\n') {
        add(b);
      } else if (endLine()) {
        complete = i + 1;
      }
    }
    bytes += length;
    return complete;
  }

  private void add(byte b) {
    if (lineBytes < line.length) {
      line[lineBytes] = b;
    } else if (line.length < LINE_BYTES_MAX) {
      line = Arrays.copyOf(line, 2 * line.length);
      line[lineBytes] = b;
    }
    lineBytes++;
  }

  /// @return whether the line is empty, and so ends an event
  private boolean endLine() {
    int length = lineBytes;
    lineBytes = 0;
    if (length > line.length) {
      // No piece is smaller than a byte.
      addText(length);
      return false;
    }
    if (length > 0 && line[length - 1] == '\r') {
      length--;
    }
    if (length == 0) {
      event = null;
      return true;
    }
    field(length);
    return false;
  }

  private void field(int length) {
    int colon = 0;
    while (colon < length && line[colon] != ':') {
      colon++;
    }
    var name = new String(line, 0, colon, StandardCharsets.ISO_8859_1);
    int from = Math.min(colon + 1, length);
    if (from < length && line[from] == ' ') {
      from++;
    }
    if (name.equals("event")) {
      event = new String(line, from, length - from, StandardCharsets.UTF_8);
    } else if (name.equals("data")) {
      data(Arrays.copyOfRange(line, from, length));
    }
  }

  private void data(byte[] data) {
    var read = Event.read(data, data.length);
    if (read == null) {
      addText(data.length);
      return;
    }
    var type = event == null ? read.type() : event;
    switch (type == null ? "" : type) {
      case "content_block_delta" -> delta(read);
      case "content_block_start" -> blockStart(read);
      case "content_block_stop" -> open = -1;
      case "message_delta" -> finished |= read.stops();
      case "message_stop", "error" -> {
        finished = true;
        ended = true;
      }
      default -> {
        // Nothing of it is written by the model.
      }
    }
  }

  /// Thinking is out of sight until some of it is shown, and sealed thinking comes all at once.
  private void blockStart(Event start) {
    shown = false;
    signature += start.hiddenBytes();
    open = "thinking".equals(start.kind()) ? 0 : -1;
    addText(start.pieces());
  }

  private void delta(Event delta) {
    if ("signature_delta".equals(delta.kind())) {
      addSignature(delta.hiddenBytes());
    } else if ("thinking_delta".equals(delta.kind())) {
      addThinking(delta);
    } else {
      addText(delta.pieces());
    }
  }

  private void addText(long pieces) {
    text += pieces;
    largest = Math.max(largest, pieces);
  }

  /// A delta that tells a number of tokens shows none of the thinking, or not all of it.
  private void addThinking(Event delta) {
    if (delta.toldTokens() >= 0) {
      open = Math.max(open, 0) + delta.toldTokens();
    } else if (delta.pieces() > 0) {
      thinking += delta.pieces();
      shown = open <= 0;
      largest = Math.max(largest, delta.pieces());
      open = open == 0 ? -1 : open;
    }
  }

  private void addSignature(long size) {
    if (size > 0 && !shown) {
      signature += size;
      open = -1;
    }
  }

  public Visible visible() {
    return new Visible(text, thinking, signature, largest, open, bytes);
  }

  /// Whether the answer is written: no more is generated.
  public boolean finished() {
    return finished;
  }

  /// Whether its last event has come.
  public boolean ended() {
    return ended;
  }
}
