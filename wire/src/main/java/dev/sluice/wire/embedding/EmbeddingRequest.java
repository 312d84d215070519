package dev.sluice.wire.embedding;

import dev.sluice.wire.json.Field;
import dev.sluice.wire.json.JsonBody;
import dev.sluice.wire.json.Untold;
import dev.sluice.wire.translate.UntranslatableException;
import dev.sluice.wire.translate.UntranslatableException.Capability;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A request for embeddings in OpenAI's words, read to be told in others.
///
/// @param dimensions of each vector; null for what the model has
/// @param encoding of the vectors in the answer
/// @param inputType what the texts are for, a word that OpenAI does not have; null for none
/// @param untold what other languages have no word for, and no answer depends on
public record EmbeddingRequest(
    List<String> texts,
    @Nullable Long dimensions,
    Encoding encoding,
    @Nullable String inputType,
    List<String> untold) {

  /// Of text and JSON, in hundredths.
  private static final long BYTES_A_TOKEN_HUNDREDTHS = 380;

  private static final Set<String> KNOWN =
      Set.of("model", "input", "dimensions", "encoding_format");

  public EmbeddingRequest {
    texts = List.copyOf(texts);
    untold = List.copyOf(untold);
  }

  /// How a client wants vectors.
  public enum Encoding {
    /// An array of numbers.
    FLOAT,
    /// Numbers of four bytes each, the lowest first, in base64.
    BASE64
  }

  /// Reads a body.
  ///
  /// @throws dev.sluice.wire.anthropic.MalformedBodyException for what no provider would take
  /// @throws UntranslatableException for what only OpenAI's language can say
  public static EmbeddingRequest read(byte[] bytes, int offset, int length) {
    var body = JsonBody.read(bytes, offset, length).object();
    var untold = new Untold();
    untold.beyond(KNOWN, body, "");
    return new EmbeddingRequest(
        texts(body.at("input")),
        body.at("dimensions").wholeIfAny(1),
        encoding(body.at("encoding_format")),
        body.at("input_type").textIfAny(),
        untold.names());
  }

  private static List<String> texts(Field input) {
    if (input.json().isString()) {
      return List.of(input.text());
    }
    return input.items().stream().map(EmbeddingRequest::text).toList();
  }

  private static String text(Field item) {
    if (item.json().isNumber() || item.json().isArray()) {
      throw refused("input: tokens (expected: texts, since this provider has other tokens)");
    }
    return item.text();
  }

  private static Encoding encoding(Field format) {
    var word = format.textIfAny();
    return switch (word == null ? "float" : word) {
      case "float" -> Encoding.FLOAT;
      case "base64" -> Encoding.BASE64;
      default -> throw format.wrong("float or base64");
    };
  }

  /// What the texts are about, for want of a count.
  long tokensByBytes() {
    long bytes = 0;
    for (var text : texts) {
      bytes += text.getBytes(StandardCharsets.UTF_8).length;
    }
    return Math.max(1, Math.ceilDiv(bytes * 100, BYTES_A_TOKEN_HUNDREDTHS));
  }

  static UntranslatableException refused(String sentence) {
    return new UntranslatableException(Capability.OTHER, sentence);
  }
}
