package dev.sluice.mcp.catalog.judge;

import dev.sluice.mcp.tools.Suspicion;

/// Suspicions in words. What a server wrote is cut short and shown without control characters.
public final class Sentences {

  private static final int QUOTED_CHARACTERS_MAX = 80;
  private static final int PLACE_CHARACTERS_MAX = 120;

  private Sentences() {}

  public static String of(Suspicion suspicion) {
    return switch (suspicion) {
      case Suspicion.Instructs(var where, var words) ->
          "%s speaks to the model: %s"
              .formatted(shown(where, PLACE_CHARACTERS_MAX), shown(words, QUOTED_CHARACTERS_MAX));
      case Suspicion.HiddenCharacters(var where, var codePoint) ->
          "%s has characters that nobody sees: %s"
              .formatted(shown(where, PLACE_CHARACTERS_MAX), codePoint);
      case Suspicion.SameName(var server) -> server + " has a tool that would be called the same";
      case Suspicion.LooksAlike(var server) ->
          server + " has a tool whose name only looks like this one";
    };
  }

  private static String shown(String text, int max) {
    var plain = text.replaceAll("\\p{C}", "?");
    return plain.length() <= max ? plain : plain.substring(0, max) + "…";
  }
}
