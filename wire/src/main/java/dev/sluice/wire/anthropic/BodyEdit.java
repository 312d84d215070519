package dev.sluice.wire.anthropic;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import tools.jackson.core.io.JsonStringEncoder;

/// Replaces, removes or inserts single pieces of a body; no other byte changes. Or leaves out all
/// that is no prompt, to ask for a count of its tokens.
public final class BodyEdit {

  /// What `count_tokens` does not take: it tells about the answer or the caller, and is no part of
  /// a prompt. What is not known here goes along: left out, it could make the count too low.
  private static final Set<String> LEFT_OUT =
      Set.of(
          "max_tokens",
          "metadata",
          "stream",
          "stop_sequences",
          "temperature",
          "top_k",
          "top_p",
          "service_tier",
          "inference_geo",
          "fallbacks",
          "container");

  @SuppressWarnings("ArrayRecordComponent") // It lives as long as the edit.
  private record Replacement(Span span, byte[] value) {}

  private final List<Replacement> replacements = new ArrayList<>(2);

  public BodyEdit model(Span span, String name) {
    return text(span, name);
  }

  public BodyEdit text(Span span, String text) {
    var quoted = "\"" + new String(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + "\"";
    replacements.add(new Replacement(span, quoted.getBytes(StandardCharsets.UTF_8)));
    return this;
  }

  public BodyEdit maxTokens(Span span, long tokens) {
    var digits = Long.toString(tokens).getBytes(StandardCharsets.US_ASCII);
    replacements.add(new Replacement(span, digits));
    return this;
  }

  public BodyEdit remove(Span span) {
    replacements.add(new Replacement(span, new byte[0]));
    return this;
  }

  /// @param json as it is to stand there
  public BodyEdit json(Span span, String json) {
    replacements.add(new Replacement(span, json.getBytes(StandardCharsets.UTF_8)));
    return this;
  }

  /// Puts text before the byte at `place`; before a removal that starts there, if it comes first.
  public BodyEdit insert(int place, String text) {
    replacements.add(new Replacement(new Span(place, 0), text.getBytes(StandardCharsets.UTF_8)));
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

  /// The body that asks: the fields of the request's body that count, each as it is.
  ///
  /// @throws MalformedBodyException if it is no JSON object
  public static byte[] question(byte[] bytes, int offset, int length) {
    var json = new JsonCursor(bytes, offset, length);
    var asked = new ByteArrayOutputStream(length);
    char before = '{';
    for (boolean more = json.open('{', '}'); more; more = json.next('}')) {
      json.peek();
      int start = json.position();
      json.key();
      boolean counts = !LEFT_OUT.contains(json.text());
      json.skip(1);
      if (counts) {
        asked.write(before);
        asked.write(bytes, offset + start, json.position() - start);
        before = ',';
      }
    }
    json.expectEnd();
    if (before == '{') {
      asked.write(before);
    }
    asked.write('}');
    return asked.toByteArray();
  }

  /// The tokens that the provider counted.
  ///
  /// @throws MalformedBodyException if the answer does not say
  public static long countedTokens(byte[] answer) {
    var json = new JsonCursor(answer, 0, answer.length);
    for (boolean more = json.open('{', '}'); more; more = json.next('}')) {
      json.key();
      if (json.textIs("input_tokens")) {
        return json.wholeNumber("input_tokens", 1);
      }
      json.skip(1);
    }
    throw new MalformedBodyException("input_tokens: absent", "a whole number");
  }
}
