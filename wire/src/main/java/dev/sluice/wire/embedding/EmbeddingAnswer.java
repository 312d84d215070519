package dev.sluice.wire.embedding;

import dev.sluice.wire.anthropic.UsageMerge;
import dev.sluice.wire.embedding.EmbeddingRequest.Encoding;
import dev.sluice.wire.translate.AnswerDecoder;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Puts a provider's answer into OpenAI's words, once it is whole. Not thread-safe.
public final class EmbeddingAnswer {

  /// What numbers are written with, they keep.
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static final String TOKENS_HEADER = "x-amzn-bedrock-input-token-count";

  private static final int BYTES_MAX = AnswerDecoder.EVENT_BYTES_MAX;

  /// What must be known of a request to say its answer.
  ///
  /// @param model as the client asked for it
  /// @param texts how many
  /// @param tokensByBytes what they are about
  public record Asked(String model, int texts, long tokensByBytes, Encoding encoding) {

    public static Asked of(String model, EmbeddingRequest request) {
      return new Asked(model, request.texts().size(), request.tokensByBytes(), request.encoding());
    }
  }

  private final EmbeddingTranslator translator;
  private final Asked asked;
  private final @Nullable Long toldTokens;
  private final ByteArrayOutputStream whole = new ByteArrayOutputStream();
  private @Nullable JsonNode usage;
  private boolean overfull;

  /// @param toldTokens that a header of the answer tells; null without one
  public EmbeddingAnswer(EmbeddingTranslator translator, Asked asked, @Nullable Long toldTokens) {
    this.translator = translator;
    this.asked = asked;
    this.toldTokens = toldTokens;
  }

  /// Takes a part of the provider's answer.
  public void add(byte[] part, int offset, int length) {
    if (overfull || whole.size() + length > BYTES_MAX) {
      overfull = true;
      whole.reset();
    } else {
      whole.write(part, offset, length);
    }
  }

  /// The whole answer; an error in Anthropic's envelope where the provider's is none.
  public byte[] end() {
    if (overfull) {
      return failed("the provider's answer is longer than the gateway keeps");
    }
    try {
      var read = translator.read(JSON.readTree(whole.toByteArray()));
      usage = usage(read);
      return isWhole(read)
          ? JSON.writeValueAsBytes(answer(read))
          : failed("the provider's answer is not what was asked for");
    } catch (JacksonException | NumberFormatException _) {
      // The second is the parser's own: JSON has no limit, but an exponent here has.
      return failed("the provider's answer is not JSON");
    }
  }

  /// What the provider told of the tokens, in its own words; null where it told nothing, or the
  /// answer has not ended.
  public @Nullable JsonNode usage() {
    return usage;
  }

  /// Bedrock tells them in a header, of some models in no other place.
  private @Nullable JsonNode usage(Vectors read) {
    return read.usage() == null && toldTokens != null
        ? JSON.createObjectNode().put(TOKENS_HEADER, toldTokens.longValue())
        : read.usage();
  }

  private boolean isWhole(Vectors read) {
    return read.vectors().size() == asked.texts()
        && read.vectors().stream().allMatch(EmbeddingAnswer::isVector);
  }

  private static boolean isVector(JsonNode vector) {
    return vector.isArray() && vector.valueStream().allMatch(JsonNode::isNumber);
  }

  private ObjectNode answer(Vectors read) {
    var root = JSON.createObjectNode().put("object", "list");
    var data = root.putArray("data");
    for (int i = 0; i < read.vectors().size(); i++) {
      var item = data.addObject().put("object", "embedding").put("index", i);
      var vector = (ArrayNode) read.vectors().get(i);
      switch (asked.encoding()) {
        case FLOAT -> item.set("embedding", vector);
        case BASE64 -> item.put("embedding", base64(vector));
      }
    }
    root.put("model", asked.model());
    var usage = root.putObject("usage");
    var told = toldTokens == null ? read.tokens() : toldTokens;
    long tokens = told == null ? asked.tokensByBytes() : told;
    usage.put("prompt_tokens", tokens).put("total_tokens", tokens);
    if (told == null) {
      usage.put(UsageMerge.ESTIMATED, true);
    }
    return root;
  }

  private static String base64(ArrayNode vector) {
    var bytes = ByteBuffer.allocate(vector.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    vector.forEach(number -> bytes.putFloat(number.floatValue()));
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  private static byte[] failed(String message) {
    var root = JSON.createObjectNode().put("type", "error");
    root.putObject("error").put("type", "api_error").put("message", message);
    return JSON.writeValueAsBytes(root);
  }
}
