package dev.sluice.e2e.tools;

import dev.sluice.testkit.provider.Simulator;
import dev.sluice.testkit.script.Script;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// A model that plays its turns one after the other, and keeps what it was told in each.
final class ScriptedModel {

  private static final Pattern TOOL = Pattern.compile("mcp__[A-Za-z0-9_-]+__[A-Za-z0-9_-]+");

  private final LinkedBlockingQueue<Supplier<Script>> turns = new LinkedBlockingQueue<>();
  private final List<JsonNode> told = new CopyOnWriteArrayList<>();

  /// What a call came to, as the model reads it.
  record Outcome(boolean error, String text) {}

  private ScriptedModel() {}

  static ScriptedModel at(Simulator provider) {
    var model = new ScriptedModel();
    provider.clearScripts();
    provider.otherwise(
        call -> {
          model.told.add(call.body());
          var turn = model.turns.poll();
          return turn == null ? Script.answer().text("Nothing is left to say.") : turn.get();
        });
    return model;
  }

  ScriptedModel then(Script... each) {
    Stream.of(each).forEach(script -> turns.add(() -> script));
    return this;
  }

  /// A turn before which something happens.
  ScriptedModel after(Runnable happening, Script script) {
    turns.add(
        () -> {
          happening.run();
          return script;
        });
    return this;
  }

  static Script call(String tool, Map<String, ?> input) {
    return Script.answer().tool("mcp__sluice__" + tool, input);
  }

  /// Has the client give the definitions of tools, where it holds them back.
  static Script load(String... tools) {
    var names = Stream.of(tools).map(tool -> "mcp__sluice__" + tool).toList();
    return Script.answer().tool("ToolSearch", Map.of("query", "select:" + String.join(",", names)));
  }

  private JsonNode last() {
    return told.getLast();
  }

  /// The names of the gateway's tools that it was told of until now, by definition or by name.
  List<String> names() {
    var names = new TreeSet<String>();
    var body = last();
    body.path("tools").forEach(tool -> names.add(tool.path("name").asString("")));
    for (var message : body.path("messages")) {
      if (message.path("role").asString("").equals("system")) {
        TOOL.matcher(message.toString().replace("\\n", " "))
            .results()
            .forEach(match -> names.add(match.group()));
      }
    }
    return names.stream().filter(name -> name.startsWith("mcp__sluice__")).toList();
  }

  /// As it has it in its latest turn.
  JsonNode definition(String tool) {
    for (var definition : last().path("tools")) {
      if (definition.path("name").asString("").equals("mcp__sluice__" + tool)) {
        return definition;
      }
    }
    return MissingNode.getInstance();
  }

  /// All that it has in its latest turn.
  String conversation() {
    return last().toString();
  }

  /// What the calls of the conversation came to so far, those of the gateway's tools alone.
  List<Outcome> outcomes() {
    var ids = toolUseIds();
    return blocks("tool_result")
        .filter(block -> ids.contains(block.path("tool_use_id").asString("")))
        .map(ScriptedModel::outcome)
        .toList();
  }

  /// The names of its calls, in their order.
  List<String> toolUseIds() {
    return blocks("tool_use")
        .filter(block -> block.path("name").asString("").startsWith("mcp__sluice__"))
        .map(block -> block.path("id").asString(""))
        .toList();
  }

  private Stream<JsonNode> blocks(String type) {
    return StreamSupport.stream(last().path("messages").spliterator(), false)
        .flatMap(message -> StreamSupport.stream(message.path("content").spliterator(), false))
        .filter(block -> block.path("type").asString("").equals(type));
  }

  // What the client puts behind an error is its own.
  private static Outcome outcome(JsonNode block) {
    var content = block.path("content");
    var text =
        content.isString()
            ? content.asString("")
            : String.join("\n", content.findValuesAsString("text"));
    return new Outcome(
        block.path("is_error").asBoolean(false), text.split("\n\nThis tool's input schema")[0]);
  }
}
