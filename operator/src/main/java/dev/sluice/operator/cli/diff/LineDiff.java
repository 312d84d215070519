package dev.sluice.operator.cli.diff;

import java.util.ArrayList;
import java.util.List;

/// What differs between two lists of lines, as a unified diff. Pure.
final class LineDiff {

  private static final int CONTEXT = 3;

  /// Of the table of what both have in common; larger ones are told as all old, then all new.
  private static final long CELLS_MAX = 4_000_000;

  private LineDiff() {}

  /// One line of either or both, with the number of lines of each before it.
  private record Edit(char sign, String line, int before, int after) {}

  /// Hunks only; empty where there is no difference.
  static List<String> of(List<String> old, List<String> current) {
    var edits = edits(old, current);
    var text = new ArrayList<String>();
    int at = 0;
    while (true) {
      int first = changed(edits, at);
      if (first == edits.size()) {
        return text;
      }
      int end = endOfHunk(edits, first);
      hunk(edits.subList(Math.max(at, first - CONTEXT), end), text);
      at = end;
    }
  }

  /// The index of the first change from `from` on; the number of edits where there is none.
  private static int changed(List<Edit> edits, int from) {
    int at = from;
    while (at < edits.size() && edits.get(at).sign() == ' ') {
      at++;
    }
    return at;
  }

  /// Changes that are so near that their contexts would touch are one hunk.
  private static int endOfHunk(List<Edit> edits, int first) {
    int last = first;
    for (int next = changed(edits, first + 1);
        next < edits.size() && next - last - 1 <= 2 * CONTEXT;
        next = changed(edits, next + 1)) {
      last = next;
    }
    return Math.min(edits.size(), last + 1 + CONTEXT);
  }

  private static void hunk(List<Edit> edits, List<String> text) {
    var first = edits.getFirst();
    long old = edits.stream().filter(edit -> edit.sign() != '+').count();
    long current = edits.stream().filter(edit -> edit.sign() != '-').count();
    text.add("@@ -" + range(first.before(), old) + " +" + range(first.after(), current) + " @@");
    edits.forEach(edit -> text.add(edit.sign() + edit.line()));
  }

  /// An empty range is named by the line before it.
  private static String range(int before, long count) {
    return (count == 0 ? before : before + 1) + "," + count;
  }

  private static List<Edit> edits(List<String> old, List<String> current) {
    int same = 0;
    int least = Math.min(old.size(), current.size());
    while (same < least && old.get(same).equals(current.get(same))) {
      same++;
    }
    int tail = 0;
    while (tail < least - same
        && old.get(old.size() - 1 - tail).equals(current.get(current.size() - 1 - tail))) {
      tail++;
    }
    var edits = new ArrayList<Edit>();
    for (int i = 0; i < same; i++) {
      edits.add(new Edit(' ', old.get(i), i, i));
    }
    middle(
        old.subList(same, old.size() - tail),
        current.subList(same, current.size() - tail),
        same,
        edits);
    for (int i = tail; i > 0; i--) {
      int before = old.size() - i;
      edits.add(new Edit(' ', old.get(before), before, current.size() - i));
    }
    return edits;
  }

  /// @param offset how many lines both begin with
  private static void middle(List<String> old, List<String> current, int offset, List<Edit> edits) {
    if ((long) old.size() * current.size() > CELLS_MAX) {
      for (int i = 0; i < old.size(); i++) {
        edits.add(new Edit('-', old.get(i), offset + i, offset));
      }
      for (int j = 0; j < current.size(); j++) {
        edits.add(new Edit('+', current.get(j), offset + old.size(), offset + j));
      }
      return;
    }
    var common = common(old, current);
    int i = 0;
    int j = 0;
    while (i < old.size() || j < current.size()) {
      int before = offset + i;
      int after = offset + j;
      if (i < old.size() && j < current.size() && old.get(i).equals(current.get(j))) {
        edits.add(new Edit(' ', old.get(i), before, after));
        i++;
        j++;
      } else if (i < old.size() && (j == current.size() || common[i + 1][j] >= common[i][j + 1])) {
        edits.add(new Edit('-', old.get(i), before, after));
        i++;
      } else {
        edits.add(new Edit('+', current.get(j), before, after));
        j++;
      }
    }
  }

  /// How many lines two tails have in common, in their order.
  private static int[][] common(List<String> old, List<String> current) {
    var common = new int[old.size() + 1][current.size() + 1];
    for (int i = old.size() - 1; i >= 0; i--) {
      for (int j = current.size() - 1; j >= 0; j--) {
        common[i][j] =
            old.get(i).equals(current.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    return common;
  }
}
