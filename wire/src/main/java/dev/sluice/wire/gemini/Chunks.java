package dev.sluice.wire.gemini;

import dev.sluice.wire.translate.AnswerDecoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Cuts a stream of server-sent events into the JSON of each, cut anywhere; or keeps a body whole
/// that is JSON itself, an answer without a stream or an error.
final class Chunks {

  private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);

  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private boolean begun;
  private boolean whole;
  private boolean overfull;

  /// The chunks that end in this part.
  List<byte[]> read(byte[] part, int offset, int length) {
    var chunks = new ArrayList<byte[]>();
    int end = offset + length;
    int from = offset;
    while (from < end && !overfull) {
      if (!begun) {
        from = begin(part, from, end);
        continue;
      }
      int stop = whole ? end : lineEnd(part, from, end);
      keep(part, from, stop);
      if (stop < end && !overfull) {
        endLine(chunks);
      }
      from = stop + 1;
    }
    return chunks;
  }

  /// What is left when the body has ended.
  List<byte[]> end() {
    var chunks = new ArrayList<byte[]>();
    if (whole) {
      chunks.add(line.toByteArray());
    } else if (!overfull) {
      endLine(chunks);
      endEvent(chunks);
    }
    return chunks;
  }

  /// What has come of an event that has not come to its end. One that does not show a text can be a
  /// call, of any length.
  AnswerDecoder.Held held() {
    long bytes = whole ? 0 : (long) line.size() + data.size();
    boolean endless = bytes > 0 && !showsText(data) && !showsText(line);
    return new AnswerDecoder.Held(bytes, endless);
  }

  private static boolean showsText(ByteArrayOutputStream part) {
    var shown = part.toString(StandardCharsets.UTF_8);
    return shown.contains("\"text\"") && !shown.contains("\"functionCall\"");
  }

  /// Whether a chunk is longer than [AnswerDecoder#EVENT_BYTES_MAX]; no more is read then.
  boolean overfull() {
    return overfull;
  }

  private int begin(byte[] part, int from, int end) {
    int at = from;
    while (at < end && (part[at] == ' ' || part[at] == '\n' || part[at] == '\r')) {
      at++;
    }
    if (at < end) {
      begun = true;
      whole = part[at] == '{' || part[at] == '[';
    }
    return at;
  }

  private static int lineEnd(byte[] part, int from, int end) {
    int at = from;
    while (at < end && part[at] != '\n') {
      at++;
    }
    return at;
  }

  private void keep(byte[] part, int from, int end) {
    if ((long) line.size() + data.size() + end - from > AnswerDecoder.EVENT_BYTES_MAX) {
      overfull = true;
      line.reset();
      data.reset();
    } else {
      line.write(part, from, end - from);
    }
  }

  private void endLine(List<byte[]> chunks) {
    var read = line.toByteArray();
    line.reset();
    int length = read.length;
    if (length > 0 && read[length - 1] == '\r') {
      length--;
    }
    if (length == 0) {
      endEvent(chunks);
    } else if (length > DATA.length && Arrays.equals(read, 0, DATA.length, DATA, 0, DATA.length)) {
      data.write(read, DATA.length, length - DATA.length);
      data.write('\n');
    }
  }

  private void endEvent(List<byte[]> chunks) {
    if (data.size() > 0) {
      chunks.add(data.toByteArray());
      data.reset();
    }
  }
}
