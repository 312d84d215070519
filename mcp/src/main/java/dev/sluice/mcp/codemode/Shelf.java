package dev.sluice.mcp.codemode;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.catalog.Visible;
import dev.sluice.mcp.sandbox.ToolName;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// The tools that programs of a caller may call, by the names that they have there.
///
/// @param tools in the order of their names; of one server side by side
/// @param away servers that cannot be asked now, and why; also those of which no tool is known
record Shelf(SequencedMap<ToolName, Visible> tools, SortedMap<String, String> away) {
  private static final int REASON_CHARS_MAX = 200;
  private static final Comparator<ToolName> ORDER =
      Comparator.comparing(ToolName::server).thenComparing(ToolName::tool);

  Shelf {
    tools = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tools));
    away = Collections.unmodifiableSortedMap(new TreeMap<>(away));
  }

  /// Those of servers whose manifest lets programs call them: a person is asked for each call of
  /// the others.
  ///
  /// @param away servers that cannot be asked now, and why
  /// @param own the namespace whose servers keep their names
  static Shelf of(List<Visible> visible, Map<ObjectName, String> away, String own) {
    var offered = visible.stream().filter(Shelf::inPrograms).toList();
    var unreached = new TreeMap<>(away);
    var servers = new TreeSet<>(away.keySet());
    for (var one : offered) {
      var server = one.server().declared().name();
      if (servers.add(server)) {
        one.server().away().ifPresent(why -> unreached.put(server, why));
      }
    }
    var labels = labels(servers, own);
    var tools = new TreeMap<ToolName, Visible>(ORDER);
    for (var one : offered) {
      var server = one.server().declared().name();
      var label = labels.getOrDefault(server, server.toString());
      tools.putIfAbsent(new ToolName(label, one.tool().name()), one);
    }
    var told = new TreeMap<String, String>();
    unreached.forEach(
        (server, why) ->
            told.put(
                labels.getOrDefault(server, server.toString()),
                Prose.summary(why, REASON_CHARS_MAX)));
    return new Shelf(tools, told);
  }

  static boolean inPrograms(Visible visible) {
    return visible.server().declared().codeMode();
  }

  /// A server's name alone; where several namespaces have one of that name, the namespace of the
  /// key goes first, and the others stand before a dot.
  private static Map<ObjectName, String> labels(Set<ObjectName> servers, String own) {
    var labels = new HashMap<ObjectName, String>();
    var taken = new HashMap<String, ObjectName>();
    servers.stream()
        .sorted(
            Comparator.comparing((ObjectName name) -> !name.namespace().equals(own))
                .thenComparing(Comparator.naturalOrder()))
        .forEach(
            name -> {
              var label = name.name();
              if (taken.putIfAbsent(label, name) != null) {
                label = name.namespace() + "." + label;
                label = taken.putIfAbsent(label, name) == null ? label : name.toString();
              }
              labels.put(name, label);
            });
    return labels;
  }

  boolean isEmpty() {
    return tools.isEmpty() && away.isEmpty();
  }

  /// Servers that cannot be asked now and of which no tool is known, and why.
  SortedMap<String, String> unlisted() {
    var unlisted = new TreeMap<>(away);
    unlisted.keySet().removeAll(Set.copyOf(servers()));
    return unlisted;
  }

  /// In the order of their names.
  List<String> servers() {
    return tools.keySet().stream().map(ToolName::server).distinct().toList();
  }

  /// The tools of one server.
  Shelf only(String server) {
    var only = new LinkedHashMap<ToolName, Visible>();
    tools.forEach(
        (name, tool) -> {
          if (name.server().equals(server)) {
            only.put(name, tool);
          }
        });
    var why = new TreeMap<>(away);
    why.keySet().retainAll(Set.of(server));
    return new Shelf(only, why);
  }

  /// How programs call a tool.
  ToolName name(Visible tool) {
    var server = tool.server().declared().name();
    return tools.entrySet().stream()
        .filter(entry -> entry.getValue().server().declared().name().equals(server))
        .map(Map.Entry::getKey)
        .filter(name -> name.tool().equals(tool.tool().name()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("BUG: no program may call " + tool.name()));
  }

  /// How a program calls it.
  static String access(ToolName name) {
    return "servers" + TypeScriptText.access(name.server()) + TypeScriptText.access(name.tool());
  }

  ToolFiles files() {
    return new ToolFiles(
        tools.entrySet().stream().map(e -> definition(e.getKey(), e.getValue())).toList());
  }

  private static DeclaredTool definition(ToolName name, Visible visible) {
    var json = visible.tool().json();
    var description = json.path("description").stringValue("");
    JsonNode input = json.path("inputSchema");
    return new DeclaredTool(
        name,
        description.isBlank() ? json.path("title").stringValue("") : description,
        input.isMissingNode() ? JsonNodeFactory.instance.objectNode() : input,
        json.get("outputSchema"));
  }
}
