package dev.sluice.ledger.books;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// What an event tells of.
public enum Kind {
  RESERVED,
  EXTENDED,
  SETTLED,
  RELEASED,
  EXPIRED,
  CORRECTED;

  /// As the scripts write it.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// @throws IllegalArgumentException where there is no such kind
  public static Kind of(String word) {
    for (var kind : values()) {
      if (kind.word().equals(word)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "kind: \"%s\" (expected: one of %s)".formatted(word, words()));
  }

  private static String words() {
    return Arrays.stream(values()).map(Kind::word).collect(Collectors.joining(", "));
  }
}
