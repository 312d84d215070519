package dev.sluice.wire.embedding;

import dev.sluice.wire.anthropic.JsonCursor;
import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.anthropic.MessagesRequest;
import dev.sluice.wire.anthropic.MessagesRequest.Fallbacks;
import dev.sluice.wire.anthropic.MessagesRequest.Inputs;
import dev.sluice.wire.anthropic.MessagesRequest.Media;
import dev.sluice.wire.anthropic.MessagesRequest.ServerTools;
import dev.sluice.wire.anthropic.MessagesRequest.Thinking;
import dev.sluice.wire.anthropic.RequestScanner.ModelName;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the body of a request for embeddings once, forwards, and keeps what policy and money need:
/// the model, and the most tokens that its texts can be.
///
/// A token of text has at least one byte; a text that is given as tokens has so many. What is not
/// known may be text too, and a service may read it with each of the others.
public final class EmbeddingScanner {

  /// The marks around a text, and the words that some models want before it.
  static final long BESIDE_TEXT_TOKENS = 16;

  private static final int SHOWN_CHARS_MAX = 64;
  private static final int KEYS_MAX = 100;

  /// No model reads them.
  private static final Set<String> NO_TEXT =
      Set.of("dimensions", "encoding_format", "input_type", "truncate", "user");

  /// They let a service choose another model, or another price for it.
  private static final Set<String> PRICED =
      Set.of("model", "models", "provider", "preset", "route", "service_tier");

  private static final String TEXTS = "a text, an array of texts, tokens, or an array of tokens";

  private final JsonCursor json;
  private final Set<String> keys = new HashSet<>();
  private @Nullable ModelName model;
  private @Nullable String surcharge;
  private @Nullable Fallbacks fallbacks;
  private long count;
  private long tokensMax;
  private long unknownBytes;

  private EmbeddingScanner(JsonCursor json) {
    this.json = json;
  }

  /// Reads a body.
  ///
  /// @throws MalformedBodyException if the body is not JSON, or a field is not what it must be
  public static MessagesRequest scan(byte[] bytes, int offset, int length) {
    var scanner = new EmbeddingScanner(new JsonCursor(bytes, offset, length));
    scanner.body();
    if (scanner.model == null) {
      throw ModelName.absent();
    }
    if (scanner.count == 0) {
      throw new MalformedBodyException("input: absent or empty", TEXTS);
    }
    return new MessagesRequest(
        length,
        scanner.model.text(),
        scanner.model.span(),
        null,
        false,
        Thinking.NONE,
        Media.NONE,
        0,
        ServerTools.NONE,
        scanner.surcharge,
        new Inputs(scanner.count, scanner.tokensMax + scanner.count * scanner.unknownBytes),
        scanner.fallbacks);
  }

  private void body() {
    for (boolean more = json.open('{', '}'); more; more = json.next('}')) {
      json.key();
      var key = json.text();
      if (!keys.add(key) || keys.size() > KEYS_MAX) {
        var shown = key.substring(0, Math.min(key.length(), SHOWN_CHARS_MAX));
        throw new MalformedBodyException(
            "body: the key \"" + shown + "\"", "each key once, at most " + KEYS_MAX);
      }
      switch (key) {
        case "model" -> model = ModelName.read(json);
        case "input" -> input();
        case "fallbacks" -> {
          fallbacks = Fallbacks.Unread.IT;
          json.skip(1);
        }
        default -> other(key);
      }
    }
    json.expectEnd();
  }

  /// Some services do not tell large letters from small ones.
  private void other(String key) {
    boolean said = json.peek() != 'n';
    int start = json.position();
    json.skip(1);
    if (PRICED.contains(key.toLowerCase(Locale.ROOT))) {
      surcharge = said && surcharge == null ? key : surcharge;
    } else if (!NO_TEXT.contains(key)) {
      unknownBytes += json.position() - start;
    }
  }

  private void input() {
    switch (json.peek()) {
      case '"' -> text();
      case '[' -> inputs();
      default -> throw new MalformedBodyException("input: no text", TEXTS);
    }
  }

  private void text() {
    json.string();
    add(json.textBytes());
  }

  private void add(long tokens) {
    count++;
    tokensMax += tokens + BESIDE_TEXT_TOKENS;
  }

  /// Several texts, or the tokens of one.
  private void inputs() {
    long tokens = 0;
    for (boolean more = json.open('[', ']'); more; more = json.next(']')) {
      switch (json.peek()) {
        case '"' -> text();
        case '[' -> add(tokens());
        default -> {
          token();
          tokens++;
        }
      }
    }
    if (tokens > 0) {
      if (count > 0) {
        throw new MalformedBodyException("input: tokens beside texts", TEXTS);
      }
      add(tokens);
    }
  }

  private long tokens() {
    long tokens = 0;
    for (boolean more = json.open('[', ']'); more; more = json.next(']')) {
      token();
      tokens++;
    }
    return tokens;
  }

  private void token() {
    json.wholeNumber("input", 2);
  }
}
