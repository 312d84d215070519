package dev.sluice.mcp.upstream.stdio;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// The last that a program said beside its answers, without the values of its environment.
final class LastWords {

  private static final int SECRET_CHARS_MIN = 4;

  private final int bytesMax;
  private final List<String> secrets;
  private byte[] bytes = new byte[0];

  LastWords(int bytesMax, Collection<String> secrets) {
    this.bytesMax = bytesMax;
    // Of two of which one begins the other, the longer goes first.
    this.secrets =
        secrets.stream()
            .filter(secret -> secret.length() >= SECRET_CHARS_MIN)
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
  }

  /// Reads to the end, so that the program never waits for a reader.
  void readAll(InputStream in) {
    var buffer = new byte[4 * 1024];
    try {
      for (var count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        add(buffer, count);
      }
    } catch (IOException _) {
      // The program has ended.
    }
  }

  private synchronized void add(byte[] more, int count) {
    var both = Arrays.copyOf(bytes, bytes.length + count);
    System.arraycopy(more, 0, both, bytes.length, count);
    bytes = Arrays.copyOfRange(both, Math.max(0, both.length - bytesMax), both.length);
  }

  synchronized String text() {
    var text = new String(bytes, StandardCharsets.UTF_8);
    for (var secret : secrets) {
      text = text.replace(secret, "***");
    }
    return text;
  }
}
