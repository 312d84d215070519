package dev.sluice.wire.anthropic;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tools.jackson.core.io.JsonStringEncoder;

/// Replaces single values in a body; no other byte changes.
public final class BodyEdit {

  @SuppressWarnings("ArrayRecordComponent") // It lives as long as the edit.
  private record Replacement(Span span, byte[] value) {}

  private final List<Replacement> replacements = new ArrayList<>(2);

  public BodyEdit model(Span span, String name) {
    var quoted = "\"" + new String(JsonStringEncoder.getInstance().quoteAsCharArray(name)) + "\"";
    replacements.add(new Replacement(span, quoted.getBytes(StandardCharsets.UTF_8)));
    return this;
  }

  public BodyEdit maxTokens(Span span, long tokens) {
    var digits = Long.toString(tokens).getBytes(StandardCharsets.US_ASCII);
    replacements.add(new Replacement(span, digits));
    return this;
  }

  public boolean isEmpty() {
    return replacements.isEmpty();
  }

  /// The edited copy of the body that starts at `offset`.
  public byte[] apply(byte[] bytes, int offset, int length) {
    replacements.sort(Comparator.comparingInt(replacement -> replacement.span().start()));
    int editedLength = length;
    for (var replacement : replacements) {
      editedLength += replacement.value().length - replacement.span().length();
    }
    var edited = ByteBuffer.allocate(editedLength);
    int from = 0;
    for (var replacement : replacements) {
      edited.put(bytes, offset + from, replacement.span().start() - from);
      edited.put(replacement.value());
      from = replacement.span().end();
    }
    edited.put(bytes, offset + from, length - from);
    return edited.array();
  }
}
