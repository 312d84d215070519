package dev.sluice.operator.cli;

import dev.sluice.core.listing.VisibleText;
import java.util.ArrayList;
import java.util.List;

/// Columns of text, as wide as they must be. What others wrote steers no terminal.
final class Table {

  private static final String GAP = "   ";

  private final List<List<String>> rows = new ArrayList<>();

  Table(List<String> titles) {
    rows.add(List.copyOf(titles));
  }

  void add(List<String> row) {
    rows.add(row.stream().map(VisibleText::line).toList());
  }

  @Override
  public String toString() {
    var widths = new int[rows.getFirst().size()];
    for (var row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    var text = new StringBuilder();
    for (var row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length()).append(GAP);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
