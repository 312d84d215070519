package dev.sluice.wire.translate;

import java.util.regex.Pattern;

/// Whose a search is: its id tells it, as a [Seal] tells whose a thought is. Anthropic's are
/// `srvtoolu_…`; those of others are `srvtoolu_sluice_ORIGIN__ID`, with the provider's own id,
/// which goes back to nobody else.
public final class SearchIds {

  /// What each id of a search begins with that Anthropic did not run.
  public static final String MARK = "srvtoolu_sluice_";

  private static final String ANTHROPIC_MARK = "srvtoolu_";
  private static final String BETWEEN = "__";
  private static final Pattern STRANGE = Pattern.compile("[^A-Za-z0-9_]");
  private static final int ID_CHARS_MAX = 128;

  private SearchIds() {}

  /// What the client is told, of the form that Anthropic's clients check. An id that has a mark
  /// already stays as it is.
  ///
  /// @param origin of the answer
  /// @param id the provider's own
  public static String told(String origin, String id) {
    if (origin.equals(Seal.ANTHROPIC) || id.startsWith(MARK)) {
      return id;
    }
    var own = id.startsWith(ANTHROPIC_MARK) ? id.substring(ANTHROPIC_MARK.length()) : id;
    return mark(origin) + plain(own.substring(0, Math.min(own.length(), ID_CHARS_MAX)));
  }

  /// Whether a search was another's than Anthropic's.
  public static boolean isForeign(String told) {
    return told.startsWith(MARK);
  }

  public static boolean isOf(String told, String origin) {
    return origin.equals(Seal.ANTHROPIC) ? !isForeign(told) : told.startsWith(mark(origin));
  }

  /// The provider's own id of what a client was told.
  public static String own(String told) {
    int between = isForeign(told) ? told.indexOf(BETWEEN, MARK.length()) : -1;
    return between < 0 ? told : told.substring(between + BETWEEN.length());
  }

  private static String mark(String origin) {
    return MARK + plain(origin) + BETWEEN;
  }

  private static String plain(String text) {
    return STRANGE.matcher(text).replaceAll("_");
  }
}
