package dev.sluice.crds;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/// The doc comments of the records: what the definitions and the reference say of each field.
final class Comments {

  private static final Path SOURCES = Path.of("src/main/java/dev/sluice/crds");

  /// @param text without the tags, on one line
  /// @param fields by the names of `@param`
  record Comment(String text, Map<String, String> fields) {

    static final Comment NONE = new Comment("", Map.of());

    String field(String name) {
      return fields.getOrDefault(name, "");
    }
  }

  private final Map<String, Comment> byType = new HashMap<>();

  private Comments() {}

  static Comments read() throws IOException {
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    var comments = new Comments();
    try (var files = javac.getStandardFileManager(null, null, null);
        var paths = Files.list(SOURCES)) {
      var sources = paths.filter(path -> path.toString().endsWith(".java")).toList();
      var units = files.getJavaFileObjectsFromPaths(sources);
      var task = (JavacTask) javac.getTask(null, files, null, List.of(), null, units);
      var trees = DocTrees.instance(task);
      for (var unit : task.parse()) {
        comments.new Scanner(trees).scan(unit, null);
      }
    }
    return comments;
  }

  /// Of a type, by its name within the package.
  Comment of(Class<?> type) {
    var name = Objects.requireNonNull(type.getCanonicalName());
    return byType.getOrDefault(name.substring(type.getPackageName().length() + 1), Comment.NONE);
  }

  /// The JDK's own scanner: there is no other way to walk its trees.
  private final class Scanner extends TreePathScanner<@Nullable Void, @Nullable Void> {

    private final DocTrees trees;
    private String outer = "";

    Scanner(DocTrees trees) {
      this.trees = trees;
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
      var around = outer;
      outer = around + type.getSimpleName();
      var comment = trees.getDocCommentTree(getCurrentPath());
      if (comment != null) {
        byType.put(outer, comment(comment));
      }
      outer += ".";
      super.visitClass(type, nothing);
      outer = around;
      return nothing;
    }
  }

  private static Comment comment(DocCommentTree tree) {
    var fields = new HashMap<String, String>();
    for (var tag : tree.getBlockTags()) {
      if (tag instanceof ParamTree param) {
        fields.put(param.getName().toString(), line(param.getDescription()));
      }
    }
    return new Comment(line(tree.getFullBody()), fields);
  }

  private static String line(List<? extends DocTree> parts) {
    return parts.stream()
        .map(DocTree::toString)
        .collect(Collectors.joining())
        .strip()
        .replaceAll("\\s+", " ");
  }
}
