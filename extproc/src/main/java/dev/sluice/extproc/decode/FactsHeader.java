package dev.sluice.extproc.decode;

import dev.sluice.wire.anthropic.MessagesRequest;
import dev.sluice.wire.anthropic.MessagesRequest.MaxTokens;
import dev.sluice.wire.anthropic.MessagesRequest.Media;
import dev.sluice.wire.anthropic.MessagesRequest.ServerTools;
import dev.sluice.wire.anthropic.MessagesRequest.Thinking;
import dev.sluice.wire.anthropic.Span;

/// What `request.lua` found in a plain body: eleven numbers and the model, with commas between
/// them.
///
/// A body with media, tools of the provider or a surcharge is not plain.
public final class FactsHeader {

  private final String text;
  private int at;

  private FactsHeader(String text) {
    this.text = text;
  }

  public static MessagesRequest read(String text) {
    return new FactsHeader(text).request();
  }

  private MessagesRequest request() {
    long bodyBytes = number();
    var modelSpan = span();
    long maxTokens = number();
    var maxTokensSpan = span();
    boolean stream = number() == 1;
    boolean thinks = number() == 1;
    long budgetTokens = number();
    boolean hidden = number() == 1;
    long tools = number();
    return new MessagesRequest(
        bodyBytes,
        text.substring(at),
        modelSpan,
        maxTokens == 0 ? null : new MaxTokens(maxTokens, maxTokensSpan),
        stream,
        new Thinking(thinks, budgetTokens, hidden),
        Media.NONE,
        tools,
        ServerTools.NONE,
        null,
        null,
        null);
  }

  private Span span() {
    int start = number();
    return new Span(start, number());
  }

  private int number() {
    int comma = text.indexOf(',', at);
    if (comma < 0) {
      throw new IllegalStateException("BUG: facts end early: " + text);
    }
    int number = Integer.parseInt(text, at, comma, 10);
    at = comma + 1;
    return number;
  }

  /// As the script writes it.
  public static String write(MessagesRequest plain) {
    var maxTokens = plain.maxTokens();
    var max = maxTokens == null ? new MaxTokens(0, new Span(0, 0)) : maxTokens;
    return String.join(
        ",",
        Long.toString(plain.bodyBytes()),
        write(plain.modelSpan()),
        Long.toString(max.tokens()),
        write(max.span()),
        write(plain.stream()),
        write(plain.thinking().asked()),
        Long.toString(plain.thinking().budgetTokens()),
        write(plain.thinking().hidden()),
        Long.toString(plain.tools()),
        plain.model());
  }

  private static String write(Span span) {
    return span.start() + "," + span.length();
  }

  private static String write(boolean bit) {
    return bit ? "1" : "0";
  }
}
