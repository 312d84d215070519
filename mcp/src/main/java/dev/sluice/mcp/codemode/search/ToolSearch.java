package dev.sluice.mcp.codemode.search;

import dev.sluice.mcp.catalog.Visible;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/// Finds tools by words of their names and texts. The same question over the same tools has the
/// same answer: first those that have the most of its words, of which one counts the more the fewer
/// tools have it, then those that have them in their names.
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

  /// Words of any question, which say nothing of what is sought.
  private static final Set<String> ASKING =
      words(
          "a an and any are as at be been by can could do does for from has have how i if in into"
              + " is it me my of on or please should so some that the their there these they this"
              + " to use using was we what when where which who whose will with would you your");

  private ToolSearch() {}

  /// All that have something of it, the best first; of equal ones in their order.
  public static List<Visible> found(String query, List<Visible> tools) {
    var texts = tools.stream().map(Texts::of).toList();
    var scores = new long[tools.size()];
    for (var word : asked(query)) {
      var places = texts.stream().mapToInt(text -> text.places(word)).toArray();
      int weight = weight(places);
      for (int i = 0; i < places.length; i++) {
        scores[i] += places[i] == 0 ? 0 : weight * (long) (WORD + places[i]);
      }
    }
    var name = query.strip();
    return IntStream.range(0, tools.size())
        .boxed()
        .filter(i -> scores[i] > 0 || named(name, tools.get(i)))
        .sorted(
            Comparator.comparing((Integer i) -> !named(name, tools.get(i)))
                .thenComparing(i -> -scores[i]))
        .map(tools::get)
        .toList();
  }

  private static List<String> asked(String query) {
    var all = words(query);
    var said = all.stream().filter(word -> !ASKING.contains(word)).limit(WORDS_MAX).toList();
    return said.isEmpty() ? all.stream().limit(WORDS_MAX).toList() : said;
  }

  /// 1 where more than half of the tools have the word, and one more for each half of that.
  private static int weight(int[] places) {
    int having = (int) Arrays.stream(places).filter(place -> place > 0).count();
    return having == 0 ? 0 : Integer.SIZE - Integer.numberOfLeadingZeros(places.length / having);
  }

  private static boolean named(String name, Visible tool) {
    return name.equals(tool.name()) || name.equals(tool.tool().name());
  }

  /// The words of one tool, by where they stand.
  private record Texts(
      NavigableSet<String> name, NavigableSet<String> text, NavigableSet<String> parameters) {

    static Texts of(Visible tool) {
      var json = tool.tool().json();
      return new Texts(
          words(tool.name() + " " + tool.tool().name() + " " + ToolSearch.text(json, "title")),
          words(ToolSearch.text(json, "description")),
          words(ToolSearch.parameters(json.path("inputSchema").path("properties"))));
    }

    int places(String word) {
      return NAME * match(word, name)
          + TEXT * match(word, text)
          + PARAMETER * match(word, parameters);
    }
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

  /// 3 for the word itself, 2 for one that begins so, 1 for one that it is in. One or two letters
  /// are in every other word.
  private static int match(String word, NavigableSet<String> words) {
    if (words.contains(word)) {
      return 3;
    }
    if (word.length() <= 2) {
      return 0;
    }
    var next = words.ceiling(word);
    if (next != null && next.startsWith(word)) {
      return 2;
    }
    return words.stream().anyMatch(other -> other.contains(word)) ? 1 : 0;
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
    int length = word.length();
    if (length > 4 && word.endsWith("ies")) {
      return word.substring(0, length - 3) + "y";
    }
    return length > 3 && word.endsWith("s") ? word.substring(0, length - 1) : word;
  }
}
