package dev.sluice.wire.json;

/// Sees when a JSON object that passes is complete, wherever it is cut. Not thread-safe.
public final class Completeness {

  private int depth;
  private boolean begun;
  private boolean text;
  private boolean escaped;

  /// Looks at the next part.
  public void see(byte[] part, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      see(part[i]);
    }
  }

  private void see(byte one) {
    if (text) {
      text = escaped || one != '"';
      escaped = !escaped && one == '\\';
      return;
    }
    switch (one) {
      case '"' -> text = true;
      case '{', '[' -> {
        depth++;
        begun = true;
      }
      case '}', ']' -> depth--;
      default -> {
        // Of a value that is no text: it has no brackets.
      }
    }
  }

  /// Whether all that was opened is closed. What is no JSON can be complete at any time.
  public boolean isComplete() {
    return begun && depth <= 0 && !text;
  }
}
