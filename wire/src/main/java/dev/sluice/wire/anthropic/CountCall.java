package dev.sluice.wire.anthropic;

import java.io.ByteArrayOutputStream;
import java.util.Set;

/// The call `count_tokens` that asks for the input of a request.
public final class CountCall {

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
          "container");

  private CountCall() {}

  /// The body that asks: the fields of the request's body that count, each as it is.
  ///
  /// @throws MalformedBodyException if it is no JSON object
  public static byte[] body(byte[] bytes, int offset, int length) {
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
  public static long inputTokens(byte[] answer) {
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
