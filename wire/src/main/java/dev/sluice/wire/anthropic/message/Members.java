package dev.sluice.wire.anthropic.message;

import dev.sluice.wire.anthropic.JsonCursor;
import dev.sluice.wire.anthropic.Span;
import java.util.List;

/// The elements of an object or array as they pass: each that is left out is cut with one comma.
final class Members {

  /// What becomes of an element.
  enum Fate {
    KEPT,
    LEFT_OUT
  }

  private final JsonCursor json;
  private final List<Span> cuts;

  private int start;
  private int endBefore;
  private int cutFrom = -1;
  private int kept;

  /// @param cuts what is cut is added to
  Members(JsonCursor json, List<Span> cuts) {
    this.json = json;
    this.cuts = cuts;
  }

  void begin() {
    json.peek();
    start = json.position();
    if (cutFrom >= 0) {
      cuts.add(new Span(cutFrom, start - cutFrom));
      cutFrom = -1;
    }
  }

  void end(Fate fate) {
    int end = json.position();
    if (fate == Fate.KEPT) {
      kept++;
    } else if (kept > 0) {
      cuts.add(new Span(endBefore, end - endBefore));
    } else {
      cutFrom = start;
    }
    endBefore = end;
  }

  /// @return how many are kept
  int done() {
    if (cutFrom >= 0) {
      cuts.add(new Span(cutFrom, endBefore - cutFrom));
    }
    return kept;
  }
}
