package dev.sluice.wire.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.policy.Model;
import dev.sluice.wire.anthropic.LooseBound;
import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.anthropic.MessagesRequest;
import dev.sluice.wire.anthropic.MessagesRequest.Inputs;
import dev.sluice.wire.anthropic.Span;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What policy and money are told of a request for embeddings.
final class EmbeddingScannerTest {

  private static final long BESIDE = EmbeddingScanner.BESIDE_TEXT_TOKENS;
  private static final String SEED_BODY =
      """
      {"model":"text-embedding-3-small","input":["a \\"b\\" \\u00e9 \\\\ and more","two"],\
      "dimensions":256,"encoding_format":"base64","user":"u","x":[[1,2],{"input":1}]}""";
  private static final String[] PIECES = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u0065",
    "\n",
    "\u0000",
    "true",
    "null",
    "0",
    "-1",
    "1e5",
    "12",
    "é",
    "\"model\":\"m\"",
    "\"input\":\"x\"",
    "[[1],[2]]",
    "[1,2]",
    "\u007f",
  };

  private static MessagesRequest scan(String body) {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    return EmbeddingScanner.scan(bytes, 0, bytes.length);
  }

  private static Inputs inputs(String input) {
    var inputs = scan("{\"model\":\"m\",\"input\":" + input + "}").inputs();
    if (inputs == null) {
      throw new IllegalStateException("BUG: no inputs");
    }
    return inputs;
  }

  @Test
  void tells_the_model_and_where_it_stands() {
    var request = scan("{\"input\":\"a\", \"model\": \"m\\u0031\"}");
    assertThat(request.model()).isEqualTo("m1");
    assertThat(request.modelSpan()).isEqualTo(new Span(23, 9));
    assertThat(request.kind()).isEqualTo(Model.Kind.EMBEDDING);
    assertThat(request.outputTokens()).isZero();
  }

  @Test
  void a_text_has_no_more_tokens_than_bytes_and_its_marks() {
    assertThat(inputs("\"abc\"")).isEqualTo(new Inputs(1, 3 + BESIDE));
    assertThat(inputs("[\"abc\",\"é\"]")).isEqualTo(new Inputs(2, 5 + 2 * BESIDE));
    assertThat(inputs("\"\\u00e9\"")).isEqualTo(new Inputs(1, 6 + BESIDE));
  }

  @Test
  void tokens_count_one_by_one() {
    assertThat(inputs("[1,22,333]")).isEqualTo(new Inputs(1, 3 + BESIDE));
    assertThat(inputs("[[1,22],[333]]")).isEqualTo(new Inputs(2, 3 + 2 * BESIDE));
  }

  @Test
  void what_is_not_known_may_be_read_with_each_text() {
    assertThat(inputs("\"a\",\"inputs\":[\"bcd\"]")).isEqualTo(new Inputs(1, 1 + 7 + BESIDE));
    assertThat(inputs("\"a\",\"Input\":\"bcd\",\"x\":{\"y\":1}"))
        .isEqualTo(new Inputs(1, 1 + 5 + 7 + BESIDE));
    assertThat(inputs("[\"a\",\"b\"],\"instruction\":\"c\""))
        .isEqualTo(new Inputs(2, 2 * (1 + 3 + BESIDE)));
    assertThat(
            inputs(
                "\"a\",\"user\":\"u-1\",\"dimensions\":256,\"encoding_format\":\"float\","
                    + "\"input_type\":\"query\""))
        .isEqualTo(new Inputs(1, 1 + BESIDE));
  }

  @Test
  void what_may_change_the_price_is_named() {
    var body = "{\"model\":\"m\",\"input\":\"a\",%s}";
    assertThat(scan(body.formatted("\"Model\":\"dear\"")).surcharge()).isEqualTo("Model");
    assertThat(scan(body.formatted("\"models\":[\"dear\"],\"route\":\"x\"")).surcharge())
        .isEqualTo("models");
    assertThat(scan(body.formatted("\"provider\":null,\"input_type\":\"x\"")).surcharge()).isNull();
  }

  @Test
  void no_context_window_bounds_what_many_texts_are() {
    var request = scan("{\"model\":\"m\",\"input\":[\"aaaa\",\"aaaa\"]}");
    var bound = LooseBound.of(request, 5);
    assertThat(bound.inputTokens()).isEqualTo(8 + 2 * BESIDE);
    assertThat(bound.outputTokens()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "{\"input\":\"a\"} | model: absent (expected: the name of a model)",
        "{\"model\":1,\"input\":\"a\"} | model: not a string (expected: the name of a model)",
        "{\"model\":\"\",\"input\":\"a\"} | model: 0 bytes (expected: 1..256)",
        "{\"model\":\"m\"} | input: absent or empty (expected: a text,",
        "{\"model\":\"m\",\"input\":[]} | input: absent or empty (expected: a text,",
        "{\"model\":\"m\",\"input\":{}} | input: no text (expected: a text,",
        "{\"model\":\"m\",\"input\":null} | input: no text (expected: a text,",
        "{\"model\":\"m\",\"input\":[\"a\",1]} | input: tokens beside texts (expected: a text,",
        "{\"model\":\"m\",\"input\":[1.5]} | input: 1.5 (expected: a whole number",
        "{\"model\":\"m\",\"model\":\"n\"} | body: the key \"model\" (expected: each key once",
        "[] | body: not JSON at byte 0 (expected: '{')",
      })
  void what_cannot_be_served_is_named(String body, String said) {
    assertThatThrownBy(() -> scan(body))
        .isInstanceOf(MalformedBodyException.class)
        .hasMessageStartingWith(said);
  }

  @Test
  void arbitrary_bytes_are_read_or_refused_and_nothing_else() {
    long seed = Long.getLong("sluice.seed", 20261129L);
    System.out.println("seed " + seed);
    var random = new Random(seed);
    int accepted = 0;
    for (int i = 0; i < 60_000; i++) {
      var body = random.nextInt(8) == 0 ? noise(random) : damaged(random);
      accepted += isRead(body) ? 1 : 0;
    }
    assertThat(accepted).isBetween(3_000, 57_000);
  }

  /// In an array with other bytes around it, which must not be looked at.
  private static boolean isRead(byte[] body) {
    var around = new byte[body.length + 7];
    Arrays.fill(around, (byte) '"');
    System.arraycopy(body, 0, around, 3, body.length);
    try {
      var request = EmbeddingScanner.scan(around, 3, body.length);
      var inputs = request.inputs();
      assertThat(inputs).isNotNull();
      assertThat(request.bodyBytes()).isEqualTo(body.length);
      if (inputs != null) {
        assertThat(inputs.tokensMax())
            .isLessThanOrEqualTo(body.length + inputs.count() * (body.length + BESIDE));
      }
      return true;
    } catch (MalformedBodyException e) {
      assertThat(e.getMessage()).contains("(expected: ");
      return false;
    }
  }

  private static byte[] noise(Random random) {
    var bytes = new byte[random.nextInt(60)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] damaged(Random random) {
    var body = new StringBuilder(SEED_BODY);
    for (int edits = random.nextInt(4); edits > 0; edits--) {
      int at = random.nextInt(body.length());
      int end = Math.min(at + random.nextInt(4), body.length());
      body.replace(at, end, PIECES[random.nextInt(PIECES.length)]);
    }
    return body.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
