package dev.sluice.wire.openai.chat;

import dev.sluice.wire.openai.BlockQueue;

/// Parts thinking from text where it stands at the text's start, between tags that can come in
/// pieces.
final class ThinkTags {

  private static final String OPENING = "<think>";
  private static final String CLOSING = "</think>";
  private static final String GAP = "\n\n";

  private enum Place {
    START,
    INSIDE,
    GAP,
    AFTER
  }

  private final BlockQueue blocks;
  private final StringBuilder held = new StringBuilder();
  private Place place = Place.START;

  ThinkTags(BlockQueue blocks) {
    this.blocks = blocks;
  }

  /// As it came, for a later turn.
  static String around(String thinking, String text) {
    return OPENING + thinking + CLOSING + (text.isEmpty() ? "" : GAP + text);
  }

  void text(String text) {
    held.append(text);
    while (step()) {
      // Until more is needed.
    }
  }

  /// No more comes: half a tag is text.
  void end() {
    var rest = held.toString();
    held.setLength(0);
    switch (place) {
      case INSIDE -> blocks.thinking(rest);
      case START, AFTER -> blocks.text(rest);
      case GAP -> {
        // Line breaks after the tag are no text.
      }
    }
  }

  /// @return whether there may be more to do
  private boolean step() {
    return switch (place) {
      case START -> start();
      case INSIDE -> inside();
      case GAP -> gap();
      case AFTER -> after();
    };
  }

  private boolean start() {
    var text = held.toString();
    var stripped = text.stripLeading();
    if (stripped.startsWith(OPENING)) {
      held.delete(0, text.length() - stripped.length() + OPENING.length());
      place = Place.INSIDE;
      return true;
    }
    if (OPENING.startsWith(stripped)) {
      return false;
    }
    place = Place.AFTER;
    return true;
  }

  private boolean inside() {
    int closing = held.indexOf(CLOSING);
    if (closing >= 0) {
      blocks.thinking(held.substring(0, closing));
      held.delete(0, closing + CLOSING.length());
      place = Place.GAP;
      return true;
    }
    int sure = held.length() - halfTag();
    blocks.thinking(held.substring(0, sure));
    held.delete(0, sure);
    return false;
  }

  /// How many characters at the end may begin the closing tag.
  private int halfTag() {
    int most = Math.min(held.length(), CLOSING.length() - 1);
    for (int chars = most; chars > 0; chars--) {
      if (CLOSING.startsWith(held.substring(held.length() - chars))) {
        return chars;
      }
    }
    return 0;
  }

  private boolean gap() {
    int breaks = 0;
    while (breaks < held.length() && held.charAt(breaks) == '\n') {
      breaks++;
    }
    held.delete(0, breaks);
    if (held.isEmpty()) {
      return false;
    }
    place = Place.AFTER;
    return true;
  }

  private boolean after() {
    blocks.text(held.toString());
    held.setLength(0);
    return false;
  }
}
