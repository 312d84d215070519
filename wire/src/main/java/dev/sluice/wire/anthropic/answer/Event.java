package dev.sluice.wire.anthropic.answer;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/// The data of one event, as far as it says how long an answer is.
///
/// @param type of the event
/// @param kind of the delta, or of the block that starts
/// @param pieces of the text that it shows
/// @param hiddenBytes of the signature, or of thinking that is sealed
/// @param toldTokens of thinking out of sight; -1 where none are told
/// @param stops it tells why the answer has ended
record Event(
    @Nullable String type,
    @Nullable String kind,
    long pieces,
    long hiddenBytes,
    long toldTokens,
    boolean stops) {

  private static final JsonMapper JSON = JsonMapper.shared();

  /// Null for what is no JSON.
  static @Nullable Event read(byte[] data, int length) {
    try (var parser = JSON.createParser(data, 0, length)) {
      return new Reading(parser, data, length).event();
    } catch (JacksonException _) {
      return null;
    }
  }

  /// Goes through the members of the event, and of its delta or block.
  private static final class Reading {

    private final JsonParser parser;
    private final byte[] data;
    private final int length;
    private @Nullable String type;
    private @Nullable String kind;
    private long pieces;
    private long hiddenBytes;
    private long toldTokens = -1;
    private boolean stops;

    Reading(JsonParser parser, byte[] data, int length) {
      this.parser = parser;
      this.data = data;
      this.length = length;
    }

    Event event() {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        var name = parser.currentName();
        var token = parser.nextToken();
        boolean part = name.equals("delta") || name.equals("content_block");
        if (part && token == JsonToken.START_OBJECT) {
          part();
        } else if (name.equals("type") && token == JsonToken.VALUE_STRING) {
          type = parser.getString();
        } else {
          parser.skipChildren();
        }
      }
      return new Event(type, kind, pieces, hiddenBytes, toldTokens, stops);
    }

    private void part() {
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        var name = parser.currentName();
        switch (parser.nextToken()) {
          case VALUE_STRING -> text(name);
          case VALUE_NUMBER_INT -> {
            if (name.equals("estimated_tokens")) {
              toldTokens = parser.getLongValue();
            }
          }
          default -> parser.skipChildren();
        }
      }
    }

    /// Sizes are taken of the JSON as it is, as the meter inside Envoy takes them.
    private void text(String name) {
      int from = (int) parser.currentTokenLocation().getByteOffset() + 1;
      switch (name) {
        case "type" -> kind = parser.getString();
        case "stop_reason" -> stops = true;
        case "text", "thinking", "partial_json" -> pieces += Pieces.of(data, from, length);
        case "signature", "data" -> hiddenBytes += Pieces.bytes(data, from, length);
        default -> {
          // It says nothing about the length.
        }
      }
    }
  }
}
