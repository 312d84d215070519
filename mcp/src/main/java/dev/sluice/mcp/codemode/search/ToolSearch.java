package dev.sluice.mcp.codemode.search;

import dev.sluice.mcp.catalog.Visible;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Finds tools by words of their names and texts. The same question over the same tools has the
/// same answer: first those that have the most of its words, then those that have them in their
/// names.
public final class ToolSearch {
  private static final int TEXT_CHARS_MAX = 4000;
  private static final int WORDS_MAX = 16;
  private static final int PARAMETERS_MAX = 100;
  // One more word is worth more than any place of the others.
  private static final int WORD = 1000;
  private static final int NAME = 40;
  private static final int PARAMETER = 4;
  private static final int TEXT = 8;
  private static final Pattern HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");
  private static final Pattern BETWEEN = Pattern.compile("[^\\p{L}\\p{N}]+");

  private ToolSearch() {}

  /// All that have something of it, the best first; of equal ones in their order.
  public static List<Visible> found(String query, List<Visible> tools) {
    var words = words(query).stream().limit(WORDS_MAX).toList();
    var scores = new LinkedHashMap<Visible, Integer>();
    for (var tool : tools) {
      int score = score(query, words, tool);
      if (score > 0) {
        scores.put(tool, score);
      }
    }
    return scores.entrySet().stream()
        .sorted(Map.Entry.<Visible, Integer>comparingByValue(Comparator.reverseOrder()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static int score(String query, List<String> words, Visible tool) {
    var asked = query.strip();
    if (asked.equals(tool.name()) || asked.equals(tool.tool().name())) {
      return Integer.MAX_VALUE;
    }
    var json = tool.tool().json();
    var name = words(tool.name() + " " + tool.tool().name() + " " + text(json, "title"));
    var text = words(text(json, "description"));
    var parameters = words(parameters(json.path("inputSchema").path("properties")));
    int score = 0;
    for (var word : words) {
      int here =
          NAME * match(word, name) + TEXT * match(word, text) + PARAMETER * match(word, parameters);
      score += here == 0 ? 0 : WORD + here;
    }
    return score;
  }

  private static String text(JsonNode json, String member) {
    var text = json.path(member).stringValue("");
    return text.substring(0, Math.min(text.length(), TEXT_CHARS_MAX));
  }

  private static String parameters(JsonNode properties) {
    var text = new StringBuilder();
    int left = PARAMETERS_MAX;
    for (var property : properties.properties()) {
      if (left-- == 0 || text.length() > TEXT_CHARS_MAX) {
        break;
      }
      text.append(property.getKey()).append(' ');
      text.append(text(property.getValue(), "description")).append(' ');
    }
    return text.toString();
  }

  /// 3 for the word itself, 2 for one that begins so, 1 for one that it is in.
  private static int match(String word, NavigableSet<String> words) {
    if (words.contains(word)) {
      return 3;
    }
    var next = words.ceiling(word);
    if (next != null && next.startsWith(word)) {
      return 2;
    }
    boolean inside = word.length() > 2 && words.stream().anyMatch(other -> other.contains(word));
    return inside ? 1 : 0;
  }

  private static NavigableSet<String> words(String text) {
    var words = new TreeSet<String>();
    BETWEEN
        .splitAsStream(HUMP.matcher(text).replaceAll(" "))
        .filter(word -> !word.isEmpty())
        .forEach(word -> words.add(singular(word.toLowerCase(Locale.ROOT))));
    return words;
  }

  /// The same for one and for many, right or wrong: both sides are treated so.
  private static String singular(String word) {
    return word.length() > 3 && word.endsWith("s") ? word.substring(0, word.length() - 1) : word;
  }
}
