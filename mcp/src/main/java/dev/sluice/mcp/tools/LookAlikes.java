package dev.sluice.mcp.tools;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// What people take for the same name: whatever differs only in case, in marks and forms of
/// letters, in characters that nobody sees, or in letters of other scripts that look like Latin
/// ones.
public final class LookAlikes {

  /// Cyrillic, Greek and Armenian letters, and below each of them what it looks like.
  private static final String FOREIGN =
      "аАВвсСԁеЕԍһНніІјЈкКӏмМоОрРԛѕЅтТѵԝԜхХуУ" + "αΑΒςεΕΗιΙκΚΜΝοΟρΡτΤυνωχΧγΥΖ" + "հոօցս";

  private static final String LATIN =
      "aabbccdeeghhhiijjkklmmooppqssttvwwxxyy" + "aabceehiikkmnooppttuvwxxyyz" + "hnogu";

  /// A large i looks like a small l.
  private static final Pattern STROKES = Pattern.compile("[i1|]");

  private static final Map<Integer, Integer> LOOKS = looks();

  private LookAlikes() {}

  private static Map<Integer, Integer> looks() {
    var looks = new HashMap<Integer, Integer>();
    var latin = LATIN.codePoints().toArray();
    var foreign = FOREIGN.codePoints().toArray();
    for (int i = 0; i < foreign.length; i++) {
      looks.put(foreign[i], latin[i]);
    }
    return Map.copyOf(looks);
  }

  /// Equal for names that look alike.
  public static String skeleton(String name) {
    var skeleton = new StringBuilder();
    Normalizer.normalize(name, Normalizer.Form.NFKD)
        .codePoints()
        .filter(LookAlikes::seen)
        .map(point -> LOOKS.getOrDefault(point, point))
        .map(LookAlikes::plain)
        .forEach(skeleton::appendCodePoint);
    return STROKES
        .matcher(skeleton.toString().toLowerCase(Locale.ROOT))
        .replaceAll("l")
        .replace('0', 'o');
  }

  private static boolean seen(int point) {
    return switch (Character.getType(point)) {
      case Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.FORMAT,
          Character.CONTROL ->
          false;
      default -> true;
    };
  }

  private static int plain(int point) {
    return Character.getType(point) == Character.DASH_PUNCTUATION ? '-' : point;
  }
}
