package dev.sluice.compiler.manifest;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Reads single fields out of a document of any shape, good or bad.
final class Nodes {

  private static final Set<String> TRUE = Set.of("true", "yes", "on");

  private Nodes() {}

  /// The text at a path, null where there is none.
  static @Nullable String text(Node root, String... path) {
    var scalars = scalars(root, List.of(path));
    return scalars.isEmpty() || scalars.getLast().getTag().equals(Tag.NULL)
        ? null
        : scalars.getLast().getValue();
  }

  /// The entries of a list, null where there is none.
  static @Nullable List<Node> items(Node root, String field) {
    return root instanceof MappingNode mapping
        ? mapping.getValue().stream()
            .filter(e -> e.getKeyNode() instanceof ScalarNode key && key.getValue().equals(field))
            .map(NodeTuple::getValueNode)
            .filter(SequenceNode.class::isInstance)
            .map(node -> ((SequenceNode) node).getValue())
            .findFirst()
            .orElse(null)
        : null;
  }

  /// Whether a key's document asks for its suspension, be it quoted or said twice: where a document
  /// is bad, this much of it counts all the same.
  static boolean suspends(Node root) {
    return scalars(root, List.of("spec", "suspended")).stream()
        .anyMatch(scalar -> TRUE.contains(scalar.getValue().toLowerCase(Locale.ROOT)));
  }

  private static List<ScalarNode> scalars(Node node, List<String> path) {
    if (path.isEmpty()) {
      return node instanceof ScalarNode scalar ? List.of(scalar) : List.of();
    }
    if (!(node instanceof MappingNode mapping)) {
      return List.of();
    }
    return mapping.getValue().stream()
        .filter(
            e -> e.getKeyNode() instanceof ScalarNode key && key.getValue().equals(path.getFirst()))
        .flatMap(e -> scalars(e.getValueNode(), path.subList(1, path.size())).stream())
        .toList();
  }
}
