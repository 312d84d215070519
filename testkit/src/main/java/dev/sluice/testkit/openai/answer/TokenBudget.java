package dev.sluice.testkit.openai.answer;

import dev.sluice.testkit.billing.Tokenizer;
import dev.sluice.testkit.billing.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// The tokens that an answer may still have; what the model thinks counts too.
final class TokenBudget {

  private final int tokensPerEvent;
  private long left;
  private boolean exceeded;

  /// What one event carries.
  record Part(String text, long tokens) {
    Usage usage() {
      return Usage.ofOutput(tokens);
    }
  }

  TokenBudget(long tokensMax, int tokensPerEvent) {
    this.left = tokensMax;
    this.tokensPerEvent = tokensPerEvent;
  }

  /// True once a text was cut.
  boolean exceeded() {
    return exceeded;
  }

  /// The text, as far as the budget goes.
  List<Part> take(String text) {
    var tokens = Tokenizer.split(text);
    var taken = tokens.subList(0, (int) Math.min(tokens.size(), left));
    left -= taken.size();
    exceeded = exceeded || taken.size() < tokens.size();
    var parts = new ArrayList<Part>();
    for (var from = 0; from < taken.size(); from += tokensPerEvent) {
      var some = taken.subList(from, Math.min(from + tokensPerEvent, taken.size()));
      parts.add(new Part(String.join("", some), some.size()));
    }
    return parts;
  }

  static String text(List<Part> parts) {
    return parts.stream().map(Part::text).collect(Collectors.joining());
  }

  static long tokens(List<Part> parts) {
    return parts.stream().mapToLong(Part::tokens).sum();
  }
}
