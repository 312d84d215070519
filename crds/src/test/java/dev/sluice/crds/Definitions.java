package dev.sluice.crds;

import dev.sluice.crds.schema.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/// The CustomResourceDefinitions of the four kinds, as trees and as text.
final class Definitions {

  static final List<Class<?>> KINDS =
      List.of(Provider.class, Team.class, VirtualKey.class, McpServer.class);

  private static final String GROUP = "sluice.dev";
  private static final String VERSION = "v1alpha1";
  private static final String HEAD =
      "# Generated from the records in crds/ by DefinitionsTest: -Dgolden=write writes it.\n";

  private Definitions() {}

  static String text(Class<?> type) throws IOException {
    var settings =
        DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setIndicatorIndent(2)
            .setIndentWithIndicator(true)
            .setDereferenceAliases(true)
            .setWidth(120)
            .build();
    return HEAD + new Dump(settings).dumpToString(tree(type));
  }

  static Map<String, Object> tree(Class<?> type) throws IOException {
    var kind = Objects.requireNonNull(type.getAnnotation(Kind.class));
    var tree = new LinkedHashMap<String, Object>();
    tree.put("apiVersion", "apiextensions.k8s.io/v1");
    tree.put("kind", "CustomResourceDefinition");
    tree.put("metadata", metadata(kind));
    tree.put("spec", spec(type, kind));
    return tree;
  }

  private static Map<String, Object> metadata(Kind kind) {
    var metadata = new LinkedHashMap<String, Object>();
    metadata.put("name", kind.plural() + "." + GROUP);
    // With the definition all objects of the kind go: uninstalling the chart must not do that.
    metadata.put("annotations", Map.of("helm.sh/resource-policy", "keep"));
    return metadata;
  }

  private static Map<String, Object> spec(Class<?> type, Kind kind) throws IOException {
    var name = type.getSimpleName();
    var names = new LinkedHashMap<String, Object>();
    names.put("kind", name);
    names.put("listKind", name + "List");
    names.put("plural", kind.plural());
    names.put("singular", name.toLowerCase(Locale.ROOT));
    names.put("shortNames", List.of(kind.shortName()));
    names.put("categories", List.of("sluice"));
    var spec = new LinkedHashMap<String, Object>();
    spec.put("group", GROUP);
    spec.put("scope", "Namespaced");
    spec.put("names", names);
    spec.put("versions", List.of(version(type, kind)));
    return spec;
  }

  private static Map<String, Object> version(Class<?> type, Kind kind) throws IOException {
    var version = new LinkedHashMap<String, Object>();
    version.put("name", VERSION);
    version.put("served", true);
    version.put("storage", true);
    version.put("subresources", Map.of("status", Map.of()));
    version.put("additionalPrinterColumns", columns(kind));
    var schema = new Schemas(Comments.read()).kind(type);
    version.put("schema", Map.of("openAPIV3Schema", schema));
    return version;
  }

  private static List<Map<String, Object>> columns(Kind kind) {
    var columns = new ArrayList<Map<String, Object>>();
    for (var column : kind.columns()) {
      columns.add(column(column.name(), column.path(), "string", column.wide()));
    }
    columns.add(column("Age", ".metadata.creationTimestamp", "date", false));
    return columns;
  }

  private static Map<String, Object> column(String name, String path, String type, boolean wide) {
    var column = new LinkedHashMap<String, Object>();
    column.put("name", name);
    column.put("type", type);
    column.put("jsonPath", path);
    if (wide) {
      column.put("priority", 1);
    }
    return column;
  }
}
