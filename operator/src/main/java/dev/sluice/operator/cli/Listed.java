package dev.sluice.operator.cli;

import dev.sluice.core.listing.Row;
import java.util.Arrays;
import java.util.Optional;

/// What `sluice get` lists.
public enum Listed {
  KEYS("keys", Row.OfKey.class),
  TEAMS("teams", Row.OfTeam.class),
  PROVIDERS("providers", Row.OfProvider.class),
  SERVERS("mcp", Row.OfServer.class);

  private final String word;
  private final Class<? extends Row> row;

  Listed(String word, Class<? extends Row> row) {
    this.word = word;
    this.row = row;
  }

  /// As it is asked for, and as the field is called that holds the rows.
  public String word() {
    return word;
  }

  Class<? extends Row> row() {
    return row;
  }

  static Optional<Listed> of(String word) {
    return Arrays.stream(values()).filter(listed -> listed.word.equals(word)).findFirst();
  }
}
