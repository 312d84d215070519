package dev.sluice.compiler.manifest;

import dev.sluice.compiler.problem.Shown;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/// Reads text as YAML 1.2, of which JSON is a part, into nodes that know their lines.
final class Yaml {

  private static final int CHARS_MAX = 4 << 20;
  private static final int DEPTH_MAX = 40;

  /// Aliases count as what they stand for.
  private static final int NODES_MAX = 500_000;

  private static final LoadSettings SETTINGS =
      LoadSettings.builder().setSchema(new CoreSchema()).setCodePointLimit(CHARS_MAX).build();

  private Yaml() {}

  /// The documents up to the first fault.
  record Documents(List<Node> roots, @Nullable Flaw flaw) {}

  /// Why the rest cannot be read.
  record Flaw(int line, String sentence) {}

  static Documents read(String text) {
    if (text.length() > CHARS_MAX) {
      return new Documents(List.of(), new Flaw(1, "too long (expected: 4 MiB at most)"));
    }
    var clean = text.startsWith("\uFEFF") ? text.substring(1) : text;
    var deep = tooDeep(clean);
    return deep != null ? new Documents(List.of(), deep) : compose(clean);
  }

  private static Documents compose(String text) {
    var roots = new ArrayList<Node>();
    try {
      for (var root : new Compose(SETTINGS).composeAllFromString(text)) {
        if (size(root, 0, 0) > NODES_MAX) {
          var sentence =
              "too large once its aliases are followed (expected: 500000 values at most)";
          return new Documents(roots, new Flaw(line(root), sentence));
        }
        roots.add(root);
      }
      return new Documents(roots, null);
    } catch (YamlEngineException e) {
      return new Documents(roots, flaw(text, e));
    }
  }

  /// The composer recurses by depth: text that nests too deep must not reach it.
  private static @Nullable Flaw tooDeep(String text) {
    int depth = 0;
    try {
      for (var event : new Parse(SETTINGS).parseString(text)) {
        depth += depthChange(event);
        if (depth > DEPTH_MAX) {
          int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
          return new Flaw(line, "nested too deep (expected: 40 levels at most)");
        }
      }
    } catch (YamlEngineException _) {
      // The composer meets the same fault, and keeps the documents before it.
      return null;
    }
    return null;
  }

  private static int depthChange(Event event) {
    return switch (event.getEventId()) {
      case MappingStart, SequenceStart -> 1;
      case MappingEnd, SequenceEnd -> -1;
      default -> 0; // An enum of the library's: events without depth are of no interest.
    };
  }

  /// The number of values with aliases followed; more than the limit where it recurs.
  private static int size(Node node, int depth, int before) {
    if (depth > DEPTH_MAX) {
      return NODES_MAX + 1;
    }
    int count = before + 1;
    if (node instanceof SequenceNode sequence) {
      for (var item : sequence.getValue()) {
        count = count > NODES_MAX ? count : size(item, depth + 1, count);
      }
    } else if (node instanceof MappingNode mapping) {
      for (var entry : mapping.getValue()) {
        count = count > NODES_MAX ? count : size(entry.getValueNode(), depth + 1, count);
      }
    }
    return count;
  }

  static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }

  private static Flaw flaw(String text, YamlEngineException e) {
    return switch (e) {
      case MarkedYamlEngineException marked ->
          new Flaw(mark(marked).map(mark -> mark.getLine() + 1).orElse(1), sentence(marked));
      case ReaderException reader -> {
        var before = text.codePoints().limit(reader.getPosition());
        yield new Flaw(
            1 + (int) before.filter(c -> c == '\n').count(), "not valid YAML: a control character");
      }
      default -> new Flaw(1, "not valid YAML: " + Shown.text(String.valueOf(e.getMessage())));
    };
  }

  /// Where something was never closed, its start says more than the end of the file.
  private static Optional<Mark> mark(MarkedYamlEngineException e) {
    boolean unclosed = String.valueOf(e.getProblem()).contains("end of stream");
    return unclosed ? e.getContextMark().or(e::getProblemMark) : e.getProblemMark();
  }

  /// The library's words, but for those that could repeat a value.
  private static String sentence(MarkedYamlEngineException e) {
    var problem = String.valueOf(e.getProblem());
    if (problem.contains("undefined alias")) {
      return "not valid YAML: an alias (*) without its anchor (&)";
    }
    if (problem.contains("tag handle") || problem.contains("duplicate")) {
      return "not valid YAML: a tag or directive that is not known here";
    }
    if (problem.contains("mapping values are not allowed")) {
      return "not valid YAML: a colon where none can be (a wrong indentation, or a missing quote?)";
    }
    if (problem.contains("TAB")) {
      return "not valid YAML: a tab where only spaces can be";
    }
    var context = e.getContext();
    var where = context == null || context.isEmpty() ? "" : context + ", ";
    return "not valid YAML: " + where + Shown.text(problem.strip());
  }
}
