package dev.sluice.mcp.govern.redact;

import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Makes of a document what a record may keep of it: its beginning as JSON, in which every match of
/// a rule is replaced.
///
/// The rules see each name and each string as it is meant, and then the JSON too. They see more
/// than what is kept, so that a match is found that the end of it cuts through. Where they take too
/// long, or one of them is no expression, nothing is kept.
public final class Redactor {

  /// How much of a document is looked at, what a record keeps of it, and how long that may take.
  ///
  /// @param keptCharsMax less than `readCharsMax`: what is between them is read for matches only
  public record Bounds(int readCharsMax, int keptCharsMax, Duration timeMax) {
    public static final Bounds STANDARD = new Bounds(64 << 10, 16 << 10, Duration.ofMillis(100));
  }

  private static final String REPLACEMENT = "[redacted]";

  /// Stands for what was replaced, until all rules are through: they must not read our word for it,
  /// nor the end cut it. No text has this character.
  private static final char MARK = '\uFDD0';

  private static final Pattern MARKS = Pattern.compile(MARK + "+");
  private static final String CUT = "[cut]";
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Optional<List<Pattern>> rules;
  private final Bounds bounds;

  /// @param rules regular expressions in the syntax of RE2
  public Redactor(List<String> rules, Bounds bounds) {
    this.rules = compiled(rules);
    this.bounds = bounds;
  }

  private static Optional<List<Pattern>> compiled(List<String> rules) {
    try {
      return Optional.of(rules.stream().map(rule -> Pattern.compile(java(rule))).toList());
    } catch (PatternSyntaxException _) {
      return Optional.empty();
    }
  }

  /// Of what both syntaxes have, only names of groups are written in two ways.
  private static String java(String rule) {
    return rule.replace("(?P<", "(?<");
  }

  /// What may be kept; empty where the rules cannot say it.
  public Optional<String> redact(JsonNode document) {
    return redacted(passing -> passing.copy(document).toString());
  }

  /// The same of a text that stands by itself.
  public Optional<String> redactText(String text) {
    return redacted(_ -> text);
  }

  private Optional<String> redacted(Function<Passing, String> kept) {
    if (rules.isEmpty()) {
      return Optional.empty();
    }
    var passing = new Passing(rules.get(), System.nanoTime() + bounds.timeMax().toNanos());
    try {
      var marked = passing.redacted(kept.apply(passing), bounds.keptCharsMax());
      var json = MARKS.matcher(marked).replaceAll(REPLACEMENT);
      return Optional.of(passing.cut ? json + CUT : json);
    } catch (TimedText.OverException | StackOverflowError _) {
      // Alternatives within a repetition recurse, a step for each character.
      return Optional.empty();
    }
  }

  /// One document on its way.
  private final class Passing {

    private final List<Pattern> patterns;
    private final long deadline;
    private int left = bounds.keptCharsMax();
    private boolean cut;

    Passing(List<Pattern> patterns, long deadline) {
      this.patterns = patterns;
      this.deadline = deadline;
    }

    /// With redacted names and strings, as far as there is room.
    JsonNode copy(JsonNode node) {
      return switch (node) {
        case ObjectNode object -> {
          var copy = NODES.objectNode();
          for (var member : object.properties()) {
            if (full()) {
              break;
            }
            copy.set(taken(member.getKey()), copy(member.getValue()));
          }
          yield copy;
        }
        case ArrayNode array -> {
          var copy = NODES.arrayNode();
          for (var element : array) {
            if (full()) {
              break;
            }
            left--;
            copy.add(copy(element));
          }
          yield copy;
        }
        default -> scalar(node);
      };
    }

    private JsonNode scalar(JsonNode node) {
      if (node.isString()) {
        return NODES.stringNode(taken(node.stringValue()));
      }
      var text = node.asString("null");
      var redacted = taken(text);
      return redacted.equals(text) ? node : NODES.stringNode(redacted);
    }

    private boolean full() {
      cut |= left <= 0;
      return left <= 0;
    }

    private String taken(String text) {
      var redacted = redacted(text, Math.max(0, left));
      left -= Math.min(text.length(), Math.max(0, left)) + 1;
      return redacted;
    }

    /// What is kept of the first characters of a text; all rules see it as it was.
    String redacted(String text, int keptMax) {
      int read = Math.min(text.length(), bounds.readCharsMax());
      var hidden = new BitSet();
      var timed = new TimedText(text.substring(0, read), deadline);
      for (var pattern : patterns) {
        for (var match = pattern.matcher(timed); match.find(); ) {
          hidden.set(match.start(), match.end());
        }
      }
      int end = boundary(text, Math.min(keptMax, read));
      cut |= end < text.length();
      var kept = new StringBuilder(end);
      for (int from = 0; from < end; ) {
        int start = hidden.nextSetBit(from);
        int clear = start < 0 ? end : Math.min(start, end);
        kept.append(text, from, clear);
        from = clear;
        if (clear < end) {
          kept.append(MARK);
          from = hidden.nextClearBit(clear);
        }
      }
      return kept.toString();
    }

    private static int boundary(String text, int end) {
      boolean splits = end > 0 && end < text.length() && Character.isLowSurrogate(text.charAt(end));
      return splits ? end - 1 : end;
    }
  }
}
