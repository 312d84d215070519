package dev.sluice.mcp.serve.answer;

import dev.sluice.mcp.upstream.call.ServerCard;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What servers say of themselves to models.
final class Instructions {

  /// Of all servers together: Claude Code hands on 4,096 characters of what one server says, and to
  /// it all that stand behind the gateway are one.
  static final int CHARS_MAX = 4_000;

  /// Of one that is asked alone.
  static final int OWN_CHARS_MAX = 16_000;

  private static final String BETWEEN = "\n\n";

  private Instructions() {}

  static Optional<String> of(View view) {
    var texts = new ArrayList<String>();
    for (var server : view.servers()) {
      var text = server.card().map(ServerCard::instructions).orElse("").strip();
      if (!text.isEmpty()) {
        texts.add(
            switch (view.scope()) {
              case Scope.One _ -> text;
              case Scope.All _ -> view.label(server.declared().name()) + ": " + text;
            });
      }
    }
    int charsMax =
        switch (view.scope()) {
          case Scope.One _ -> OWN_CHARS_MAX;
          case Scope.All _ -> CHARS_MAX;
        };
    return texts.isEmpty() ? Optional.empty() : Optional.of(joined(texts, charsMax));
  }

  /// All of them, each cut where it takes more than its share.
  static String joined(List<String> texts, int charsMax) {
    int share = share(texts, charsMax - BETWEEN.length() * (texts.size() - 1));
    return String.join(BETWEEN, texts.stream().map(text -> within(text, share)).toList());
  }

  /// How long one may be: what the short ones leave is for the long ones.
  private static int share(List<String> texts, int charsMax) {
    int left = charsMax;
    int count = texts.size();
    for (var text : texts.stream().sorted(Comparator.comparing(String::length)).toList()) {
      if (text.length() > left / count) {
        return Math.max(1, left / count);
      }
      left -= text.length();
      count--;
    }
    return charsMax;
  }

  private static String within(String text, int charsMax) {
    if (text.length() <= charsMax) {
      return text;
    }
    int end = charsMax - 1;
    boolean splits = end > 0 && Character.isHighSurrogate(text.charAt(end - 1));
    return text.substring(0, splits ? end - 1 : end).stripTrailing() + "…";
  }
}
