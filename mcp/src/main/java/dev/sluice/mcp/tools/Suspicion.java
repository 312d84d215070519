package dev.sluice.mcp.tools;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Something in a definition that a person should look at: told in status and log, never a reason
/// by itself to hide the tool.
public sealed interface Suspicion {

  /// Text that speaks to the model about more than the tool.
  ///
  /// @param where a JSON pointer
  /// @param words as they stand there
  record Instructs(String where, String words) implements Suspicion {}

  /// Characters that people do not see: of no width, that turn the direction of text, tags, and
  /// variation selectors in rows.
  ///
  /// @param where a JSON pointer
  /// @param codePoint the first of them, as in `U+200B`
  record HiddenCharacters(String where, String codePoint) implements Suspicion {}

  /// A server of this name in another namespace has a tool of this name: where a caller has both,
  /// they would be called the same. The same name at servers of other names misleads nobody, since
  /// a tool is called with its server's name.
  ///
  /// @param server the other's namespace and name
  record SameName(String server) implements Suspicion {}

  /// Another server has a tool whose name is another one, and looks like this.
  ///
  /// @param server the other's namespace and name
  record LooksAlike(String server) implements Suspicion {}

  /// So deep is a definition read; what lies deeper is not.
  int DEPTH_MAX = 32;

  /// So much of a text is searched.
  int TEXT_CHARACTERS_MAX = 64 << 10;

  String SECRETS = "(api[_ -]?keys?|passwords?|\\.ssh|\\.env|id_rsa|credentials)";
  String HANDED_ON = "(send|pass|include|read|attach)";

  /// What descriptions of tools that attack models have in common.
  List<Pattern> INSTRUCTIONS =
      List.of(
          words(
              "(ignore|disregard|forget|override)\\s+(all|any|the|your|previous|prior|earlier)\\s"),
          words("(previous|prior|earlier|system)\\s+(instructions?|prompts?)\\b"),
          words("(do\\s+not|don't|never)\\s+(tell|mention|inform|show|reveal|ask)\\b"),
          words("without\\s+(telling|asking|informing|notifying)\\b"),
          words(
              "(before|after|when|instead\\s+of)\\s+(using|calling)\\s+(any|other|another|all)\\b"),
          words("</?(important|system|instructions?|secret|assistant|user)\\s*>"),
          words(SECRETS + "\\b.{0,80}\\b" + HANDED_ON),
          words(HANDED_ON + "\\b.{0,80}" + SECRETS + "\\b"));

  private static Pattern words(String expression) {
    return Pattern.compile(expression, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  }

  /// What is suspicious about each of the tools by itself, those without any left out.
  static Map<ToolDefinition, List<Suspicion>> about(List<ToolDefinition> tools) {
    var found = new HashMap<ToolDefinition, List<Suspicion>>();
    for (var tool : tools) {
      var suspicions = new ArrayList<Suspicion>();
      read("", tool.json(), 0, suspicions);
      if (!suspicions.isEmpty()) {
        found.put(tool, List.copyOf(suspicions));
      }
    }
    return Map.copyOf(found);
  }

  private static void read(String where, JsonNode json, int depth, List<Suspicion> found) {
    if (depth > DEPTH_MAX) {
      return;
    }
    if (json.isString()) {
      readText(where, json.stringValue(), found);
    }
    json.properties()
        .forEach(
            member -> {
              readText(where + "/" + member.getKey(), member.getKey(), found);
              read(where + "/" + member.getKey(), member.getValue(), depth + 1, found);
            });
    for (int i = 0; json.isArray() && i < json.size(); i++) {
      read(where + "/" + i, json.get(i), depth + 1, found);
    }
  }

  private static void readText(String where, String text, List<Suspicion> found) {
    var searched = text.substring(0, Math.min(text.length(), TEXT_CHARACTERS_MAX));
    for (var pattern : INSTRUCTIONS) {
      var matcher = pattern.matcher(searched);
      if (matcher.find()) {
        found.add(new Instructs(where, matcher.group()));
        break;
      }
    }
    searched
        .codePoints()
        .filter(Suspicion::hidden)
        .findFirst()
        .ifPresent(point -> found.add(new HiddenCharacters(where, "U+%04X".formatted(point))));
  }

  private static boolean hidden(int point) {
    return switch (Character.getType(point)) {
      case Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE -> point != 0x200D;
      case Character.CONTROL -> point != '\n' && point != '\t' && point != '\r';
      default ->
          // Hangul fillers, and the variation selectors in which bytes can be hidden.
          point == 0x115F
              || point == 0x1160
              || point == 0x3164
              || point == 0xFFA0
              || (point >= 0xE0100 && point <= 0xE01EF);
    };
  }
}
