package dev.sluice.wire.openai;

import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Block.CacheMark;
import dev.sluice.wire.conversation.Block.Document;
import dev.sluice.wire.conversation.Block.Image;
import dev.sluice.wire.conversation.Block.Other;
import dev.sluice.wire.conversation.Block.SealedThinking;
import dev.sluice.wire.conversation.Block.Source.Encoded;
import dev.sluice.wire.conversation.Block.Source.Plain;
import dev.sluice.wire.conversation.Block.Source.Url;
import dev.sluice.wire.conversation.Block.Text;
import dev.sluice.wire.conversation.Block.Thinking;
import dev.sluice.wire.conversation.Block.ToolResult;
import dev.sluice.wire.conversation.Block.ToolUse;
import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.conversation.Conversation.Reasoning;
import dev.sluice.wire.conversation.Conversation.Reasoning.Mode;
import dev.sluice.wire.conversation.Conversation.Settings;
import dev.sluice.wire.conversation.Tool;
import dev.sluice.wire.conversation.ToolChoice;
import dev.sluice.wire.conversation.Turn;
import dev.sluice.wire.conversation.Turn.Role;
import dev.sluice.wire.translate.Seal;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Conversations, one for each thing that can be said.
public final class Cases {

  public static final String ORIGIN = "here";
  public static final Settings SETTINGS = new Settings(1024L, null, null, null, List.of(), null);
  public static final Reasoning UNSAID = new Reasoning(Mode.UNSAID, 0, null);

  private static final String LONG_NAME = "mcp__atlassian__" + "get_page_".repeat(8) + "children";
  private static final Image IMAGE = new Image(new Encoded("image/png", "iVBORw0KGgo="), null);
  private static final Document PDF =
      new Document(new Encoded("application/pdf", "JVBERi0xLjQK"), "plan.pdf", "A plan.", null);

  private Cases() {}

  public static SortedMap<String, Conversation> all() {
    var all = new TreeMap<String, Conversation>();
    all.put("text", of(user(text("Hello"))));
    all.put("system-and-settings", settings());
    all.put("system-in-the-middle", middle());
    all.put("images", of(user(text("What is this?"), IMAGE, url("https://example.com/cat.png"))));
    all.put("documents", of(user(PDF, plain(), text("Sum up."))));
    all.put("tools", tools());
    all.put("tool-results", results());
    all.put("tool-images", of(user(text("Look")), assistant(use("c1")), user(shown(), text("?"))));
    all.put("tool-interrupted", interrupted());
    all.put("tool-orphan", of(user(new ToolResult("gone", List.of(text("late")), false, null))));
    all.put("thinking", thinking());
    all.put("other-blocks", of(user(other(), text("Go on."))));
    all.put("roles-in-a-row", rows());
    all.put("answer-schema", schema());
    all.put("one-tool", chosen(new ToolChoice(ToolChoice.Mode.ONE, LONG_NAME, true)));
    all.put("any-tool", chosen(new ToolChoice(ToolChoice.Mode.ANY, "", false)));
    all.put("thinking-off", reasoning(new Reasoning(Mode.OFF, 0, "high")));
    all.put("thinking-budget", reasoning(new Reasoning(Mode.ON, 8000, null)));
    all.put("thinking-effort", reasoning(new Reasoning(Mode.ADAPTIVE, 0, "xhigh")));
    return all;
  }

  public static JsonNode json(String json) {
    return JsonMapper.shared().readTree(json.replace('\'', '"'));
  }

  public static Text text(String text) {
    return new Text(text, null);
  }

  public static Turn user(Block... blocks) {
    return new Turn(Role.USER, Arrays.asList(blocks));
  }

  public static Turn assistant(Block... blocks) {
    return new Turn(Role.ASSISTANT, Arrays.asList(blocks));
  }

  public static Turn system(Block... blocks) {
    return new Turn(Role.SYSTEM, Arrays.asList(blocks));
  }

  public static ToolUse use(String id) {
    return new ToolUse(id, "Read", json("{'path':'/a','limit':3}"), null);
  }

  public static ToolResult result(String id, String text) {
    return new ToolResult(id, List.of(text(text)), false, null);
  }

  public static Conversation of(Turn... turns) {
    return of(Arrays.asList(turns), List.of(), ToolChoice.UNSAID, SETTINGS, UNSAID, null);
  }

  public static Conversation of(
      List<Turn> turns,
      List<Tool> tools,
      ToolChoice choice,
      Settings settings,
      Reasoning reasoning,
      JsonNode schema) {
    var system = List.<Block>of(text("Be brief."));
    return new Conversation(
        "model-1", system, turns, tools, choice, settings, reasoning, schema, true, List.of());
  }

  private static Image url(String url) {
    return new Image(new Url(url), null);
  }

  private static Document plain() {
    return new Document(new Plain("Line one.\nLine two."), "notes.txt", null, null);
  }

  private static Other other() {
    return new Other("tool_reference", json("{'type':'tool_reference','tool_name':'X'}"), null);
  }

  private static ToolResult shown() {
    return new ToolResult("c1", List.of(text("a picture"), IMAGE), false, null);
  }

  private static Conversation settings() {
    var settings =
        new Settings(
            64000L, 0.5, 0.9, 40L, List.of("A", "B", "C", "D", "E"), "{\"device_id\":\"d\"}");
    var system = List.<Block>of(text("One."), new Text("Two.", new CacheMark("1h")));
    return new Conversation(
        "model-1",
        system,
        List.of(user(new Text("Hi", new CacheMark("5m")))),
        List.of(),
        ToolChoice.UNSAID,
        settings,
        UNSAID,
        null,
        false,
        List.of("context_management"));
  }

  private static Conversation middle() {
    return of(
        user(text("Hello")),
        system(text("Now speak French.")),
        assistant(text("Bonjour")),
        user(text("Bye")),
        system(text("Now speak German.")));
  }

  private static Conversation tools() {
    var strict =
        new Tool.Function(
            "Strict",
            "Says.",
            json(
                "{'type':'object','properties':{'a':{'type':'string'}},'required':['a'],"
                    + "'additionalProperties':false}"),
            true,
            null);
    var open =
        new Tool.Function(
            "Open",
            null,
            json("{'type':'object','properties':{'a':{'type':'string','default':'x'}}}"),
            true,
            null);
    var plain = new Tool.Function(LONG_NAME, "Lists.", json("{'type':'object'}"), false, null);
    return of(
        List.of(user(text("Hi"))),
        List.of(strict, open, plain),
        new ToolChoice(ToolChoice.Mode.AUTO, "", true),
        SETTINGS,
        UNSAID,
        null);
  }

  private static Conversation results() {
    var failed = new ToolResult("c2", List.of(text("no such file")), true, null);
    var empty = new ToolResult("toolu_" + "x".repeat(60), List.of(), false, null);
    return of(
        user(text("Read")),
        assistant(
            text("Reading."),
            use("c1"),
            use("c2"),
            new ToolUse(empty.toolUseId(), LONG_NAME, json("{}"), null),
            text("Done.")),
        user(empty, failed, result("c1", "content"), text("Go on.")));
  }

  private static Conversation interrupted() {
    return of(
        user(text("Read")),
        assistant(use("c1"), use("c2")),
        user(result("c2", "second"), text("[interrupted]")),
        assistant(use("c3")));
  }

  private static Conversation thinking() {
    return of(
        user(text("Think")),
        assistant(new Thinking("Signed elsewhere.", "EqQBCgIYAhIM"), text("A.")),
        user(text("More")),
        assistant(new Thinking("Own.", Seal.seal(ORIGIN, null)), use("c1")),
        user(result("c1", "r")),
        assistant(new SealedThinking("EmwKAhgB")),
        user(text("And?")),
        assistant(new Thinking("Only thought.", Seal.seal(ORIGIN, null))),
        user(text("Well?")));
  }

  private static Conversation rows() {
    return of(
        user(text("One")),
        user(text("Two")),
        assistant(use("c1")),
        assistant(use("c2"), text("Both.")),
        user(result("c1", "1")),
        system(text("Careful.")),
        user(result("c2", "2")),
        user(text("Three")));
  }

  private static Conversation schema() {
    var schema =
        json(
            "{'type':'object','properties':{'title':{'type':'string'}},'required':['title'],"
                + "'additionalProperties':false}");
    return of(
        List.of(user(text("Title?"))), List.of(), ToolChoice.UNSAID, SETTINGS, UNSAID, schema);
  }

  private static Conversation chosen(ToolChoice choice) {
    return of(List.of(user(text("Hi"))), tools().tools(), choice, SETTINGS, UNSAID, null);
  }

  private static Conversation reasoning(Reasoning reasoning) {
    return of(List.of(user(text("Hi"))), List.of(), ToolChoice.UNSAID, SETTINGS, reasoning, null);
  }
}
