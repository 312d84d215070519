package dev.sluice.testkit.script;

import dev.sluice.testkit.billing.Tokenizer;
import java.nio.charset.StandardCharsets;

/// Text of a wanted size that looks like an answer: prose, numbers, quotes, code, other scripts.
final class FillerText {

  private static final String PASSAGE =
      "The request flow reads a budget, takes a hold of 1250 units and settles it later. "
          + "In \"detail\": reserve() returns at once; 3.75 seconds is the worst case seen.\n"
          + "    if (hold.isOpen()) { ledger.settle(hold, cost); } // café, naïve, Größe\n"
          + "Nobody waits for an extraordinarily uncharacteristic acknowledgement \\ or \t tab. "
          + "数字は正確です。 Ωμέγα 🚀 done — next: step #42, then 7 % of 9,000.\n\n";

  private FillerText() {}

  static String ofTokens(int tokens) {
    var text = new StringBuilder();
    while (Tokenizer.count(text.toString()) < tokens) {
      text.append(PASSAGE);
    }
    return String.join("", Tokenizer.split(text.toString()).subList(0, tokens));
  }

  /// Exactly that many bytes of UTF-8.
  static String ofBytes(int bytes) {
    var text = new StringBuilder();
    var left = bytes;
    for (var at = 0; left > 0; at = (at + 1) % PASSAGE.length()) {
      var symbol = new String(Character.toChars(PASSAGE.codePointAt(at)));
      var size = symbol.getBytes(StandardCharsets.UTF_8).length;
      // The second half of a surrogate pair is skipped; what does not fit any more is a full stop.
      if (!Character.isLowSurrogate(PASSAGE.charAt(at))) {
        text.append(size <= left ? symbol : ".");
        left -= size <= left ? size : 1;
      }
    }
    return text.toString();
  }
}
