package dev.sluice.wire.json;

import dev.sluice.wire.anthropic.MalformedBodyException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads a whole body, within limits. A member that comes twice counts once, as the last.
public final class JsonBody {

  private static final int DEPTH_MAX = 256;
  private static final int TEXT_CHARS_MAX = 64 << 20;

  /// Names, values, and what opens and closes them: a tree of so many takes 110 MB at most. A long
  /// session has 3,000 in a megabyte, since texts and images are one each.
  public static final int TOKENS_MAX = 1_000_000;

  private static final JsonMapper JSON =
      JsonMapper.builder(JsonFactory.builder().streamReadConstraints(new Limits()).build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonBody() {}

  /// The body as a value without a name.
  ///
  /// @throws MalformedBodyException for what is not JSON, or beyond limits
  public static Field read(byte[] bytes, int offset, int length) {
    return new Field("", tree(bytes, offset, length));
  }

  private static JsonNode tree(byte[] bytes, int offset, int length) {
    var mended = WellFormed.json(bytes, offset, length);
    try {
      return mended == null
          ? JSON.readTree(bytes, offset, length)
          : JSON.readTree(mended, 0, mended.length);
    } catch (JacksonException e) {
      var place = e.getLocation();
      var at = place == null ? "" : " at byte " + Math.max(place.getByteOffset() - offset, 0);
      throw new MalformedBodyException("body: not JSON" + at, "JSON that is whole");
    } catch (NumberFormatException _) {
      // The parser's own: JSON has no limit, but an exponent here has.
      throw new MalformedBodyException("body: a number beyond limits", "numbers that fit");
    }
  }

  /// Says in our words what is too much.
  private static final class Limits extends StreamReadConstraints {

    private static final long serialVersionUID = 1L;

    Limits() {
      super(
          DEPTH_MAX,
          DEFAULT_MAX_DOC_LEN,
          TOKENS_MAX,
          DEFAULT_MAX_NUM_LEN,
          TEXT_CHARS_MAX,
          DEFAULT_MAX_NAME_LEN);
    }

    @Override
    public void validateTokenCount(long count) {
      if (count > TOKENS_MAX) {
        throw new MalformedBodyException(
            "body: " + count + " JSON tokens or more", "at most " + TOKENS_MAX);
      }
    }
  }
}
