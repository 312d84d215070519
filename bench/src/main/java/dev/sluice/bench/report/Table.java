package dev.sluice.bench.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Rows of text under a heading, as plain text or Markdown.
public final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  /// @param heading of its columns
  public Table(String... heading) {
    rows.add(Arrays.asList(heading));
  }

  /// @param row as long as the heading
  public void add(List<String> row) {
    rows.add(List.copyOf(row));
  }

  String plain() {
    return rows.stream()
        .map(row -> padded(row, "  ").stripTrailing())
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /// As Markdown.
  public String markdown() {
    var lines = new ArrayList<String>();
    for (var row : rows) {
      lines.add("| " + padded(row, " | ") + " |");
    }
    lines.add(1, "|" + "---|".repeat(rows.getFirst().size()));
    return String.join("\n", lines) + "\n";
  }

  private String padded(List<String> row, String between) {
    return IntStream.range(0, row.size())
        .mapToObj(column -> row.get(column) + " ".repeat(width(column) - row.get(column).length()))
        .collect(Collectors.joining(between));
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }
}
