package dev.sluice.wire.anthropic;

import dev.sluice.wire.anthropic.MessagesRequest.Fallbacks;
import dev.sluice.wire.anthropic.MessagesRequest.MaxTokens;
import dev.sluice.wire.anthropic.MessagesRequest.Thinking;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads a request's body once, forwards, and keeps what policy and money need.
///
/// It is as strict as a JSON parser about structure, and stricter where two parsers could disagree:
/// no top-level key may come twice, however it is escaped, nor a key that is read here. What the
/// fields mean beyond that is the provider's to check.
public final class RequestScanner {

  private static final int SHOWN_BYTES_MAX = 64;
  private static final int KEYS_MAX = 100;

  private final JsonCursor json;
  private final Set<String> keys = new HashSet<>();
  private final BlockScanner blocks;
  private final ToolScanner tools;
  private @Nullable ModelName model;
  private @Nullable MaxTokens maxTokens;
  private boolean stream;
  private Thinking thinking = Thinking.NONE;
  private @Nullable String surcharge;
  private @Nullable Fallbacks fallbacks;

  private RequestScanner(JsonCursor json) {
    this.json = json;
    this.blocks = new BlockScanner(json);
    this.tools = new ToolScanner(json);
  }

  /// Reads a body.
  ///
  /// @throws MalformedBodyException if the body is not JSON, or a field is not what it must be
  public static MessagesRequest scan(byte[] bytes, int offset, int length) {
    var scanner = new RequestScanner(new JsonCursor(bytes, offset, length));
    scanner.body();
    if (scanner.model == null) {
      throw ModelName.absent();
    }
    return new MessagesRequest(
        length,
        scanner.model.text(),
        scanner.model.span(),
        scanner.maxTokens,
        scanner.stream,
        scanner.thinking,
        scanner.blocks.media(),
        scanner.tools.listed(),
        scanner.tools.serverTools(),
        scanner.surcharge,
        null,
        scanner.fallbacks);
  }

  private void body() {
    for (boolean more = json.open('{', '}'); more; more = json.next('}')) {
      json.key();
      var key = json.text();
      if (!keys.add(key) || keys.size() > KEYS_MAX) {
        throw new MalformedBodyException(
            "body: the key \"" + shown(key) + "\"", "each key once, at most " + KEYS_MAX);
      }
      field(key);
    }
    json.expectEnd();
  }

  private void field(String key) {
    switch (key) {
      case "model" -> model = ModelName.read(json);
      case "max_tokens" -> maxTokens();
      case "stream" -> stream();
      case "thinking" -> thinking();
      case "messages" -> messages();
      case "system" -> blocks.content(1);
      case "tools" -> tools.tools();
      case "mcp_servers" -> tools.servers();
      case "context_management" -> tools.contextManagement();
      case "speed" -> surcharge("speed", "standard");
      case "inference_geo" -> geography();
      case "fallbacks" -> {
        fallbacks = Fallbacks.Unread.IT;
        json.skip(1);
      }
      default -> json.skip(1);
    }
  }

  private void maxTokens() {
    json.peek();
    int start = json.position();
    long tokens = json.wholeNumber("max_tokens", 1);
    if (tokens == 0) {
      throw new MalformedBodyException("max_tokens: 0", "1 or more");
    }
    maxTokens = new MaxTokens(tokens, new Span(start, json.position() - start));
  }

  private void stream() {
    switch (json.peek()) {
      case 't' -> {
        json.literal("true");
        stream = true;
      }
      case 'f' -> json.literal("false");
      case 'n' -> json.literal("null");
      default -> throw new MalformedBodyException("stream: neither", "true or false");
    }
  }

  private void thinking() {
    if (json.peek() != '{') {
      json.skip(1);
      return;
    }
    int seen = 0;
    long budget = 0;
    boolean thinks = true;
    boolean shown = true;
    for (boolean more = json.open('{', '}'); more; more = json.next('}')) {
      json.key();
      if (json.textIs("type")) {
        seen = once(seen, 1, "thinking.type");
        thinks = !(json.skipText(2) && json.textIs("disabled"));
      } else if (json.textIs("budget_tokens")) {
        seen = once(seen, 2, "thinking.budget_tokens");
        budget = json.wholeNumber("thinking.budget_tokens", 2);
      } else if (json.textIs("display")) {
        seen = once(seen, 4, "thinking.display");
        shown = json.skipText(2) && json.textIs("summarized");
      } else {
        json.skip(2);
      }
    }
    thinking = new Thinking(thinks, budget, thinks && !shown);
  }

  private void messages() {
    if (json.peek() != '[') {
      json.skip(1);
      return;
    }
    for (boolean more = json.open('[', ']'); more; more = json.next(']')) {
      message();
    }
  }

  private void message() {
    if (json.peek() != '{') {
      json.skip(2);
      return;
    }
    int seen = 0;
    for (boolean more = json.open('{', '}'); more; more = json.next('}')) {
      json.key();
      if (json.textIs("content")) {
        seen = once(seen, 1, "messages.content");
        blocks.content(3);
      } else {
        json.skip(3);
      }
    }
  }

  /// A field that makes each token dearer, unless it has the usual value.
  private void surcharge(String key, String usual) {
    boolean isNull = json.peek() == 'n';
    boolean isText = json.skipText(1);
    if (!isNull && !(isText && json.textIs(usual)) && surcharge == null) {
      surcharge = key + (isText ? ": " + shown(json.text()) : "");
    }
  }

  /// An account says where its models run, and its provider's region rests on that: a request may
  /// not say it anew.
  private void geography() {
    boolean isText = json.peek() == '"';
    surcharge("inference_geo", "global");
    if (isText && json.textIs("global")) {
      throw new MalformedBodyException(
          "inference_geo: global", "absent: the account says where its models run");
    }
  }

  /// Marks a key as seen; two parsers could disagree which of two counts.
  static int once(int seen, int mark, String key) {
    if ((seen & mark) != 0) {
      throw new MalformedBodyException("body: the key \"" + key + "\" twice", "each key once");
    }
    return seen | mark;
  }

  private static String shown(String text) {
    return text.substring(0, Math.min(text.length(), SHOWN_BYTES_MAX));
  }

  /// The model that a body names.
  ///
  /// @param text decoded
  /// @param span the value in the body, with the quotes
  public record ModelName(String text, Span span) {

    private static final int BYTES_MAX = 256;
    private static final String EXPECTED = "the name of a model";

    /// @throws MalformedBodyException where the value is no string of a length that a name can have
    public static ModelName read(JsonCursor json) {
      if (json.peek() != '"') {
        throw new MalformedBodyException("model: not a string", EXPECTED);
      }
      int start = json.position();
      json.string();
      if (json.textBytes() == 0 || json.textBytes() > BYTES_MAX) {
        throw new MalformedBodyException(
            "model: " + json.textBytes() + " bytes", "1.." + BYTES_MAX);
      }
      return new ModelName(json.text(), new Span(start, json.position() - start));
    }

    /// What is said of a body without one.
    public static MalformedBodyException absent() {
      return new MalformedBodyException("model: absent", EXPECTED);
    }
  }
}
