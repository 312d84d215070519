package dev.sluice.wire.bedrock;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Names of a conversation's documents as Converse takes them: few characters, and each one once.
///
/// A name depends on the documents before it only, so that it is the same in every turn.
final class DocumentNames {

  /// Leaves room for a number within the 200 characters that Converse allows.
  private static final int CHARS_MAX = 180;

  private static final Pattern STRANGE = Pattern.compile("[^A-Za-z0-9\\s()\\[\\]-]+");
  private static final Pattern SPACES = Pattern.compile("\\s+");

  private final Set<String> given = new HashSet<>();

  String next(@Nullable String title) {
    var plain = plain(title == null ? "" : title);
    var name = plain;
    for (int number = 2; !given.add(name); number++) {
      name = plain + " (" + number + ")";
    }
    return name;
  }

  private static String plain(String title) {
    var plain = SPACES.matcher(STRANGE.matcher(title).replaceAll("-")).replaceAll(" ").strip();
    var cut = plain.substring(0, Math.min(plain.length(), CHARS_MAX)).strip();
    return cut.chars().anyMatch(Character::isLetterOrDigit) ? cut : "document";
  }
}
