package dev.sluice.wire.conversation;

import dev.sluice.wire.conversation.Block.CacheMark;
import dev.sluice.wire.conversation.Block.Source;
import dev.sluice.wire.conversation.Conversation.Reasoning;
import dev.sluice.wire.conversation.Conversation.Settings;
import dev.sluice.wire.conversation.Turn.Role;
import dev.sluice.wire.translate.Seal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Conversations that show one thing each, by name.
public final class Samples {

  public static final CacheMark MARK = new CacheMark("5m");
  public static final CacheMark MARK_1H = new CacheMark("1h");
  public static final Settings PLAIN = new Settings(100L, null, null, null, List.of(), null);
  public static final Reasoning UNSAID = new Reasoning(Reasoning.Mode.UNSAID, 0, null);

  private static final String PNG = "iVBORw0KGgo=";

  private static final List<Tool> TOOLS =
      List.of(
          new Tool.Function(
              "Read",
              "Reads a file.",
              json(
                  """
                  {"type":"object","properties":{"path":{"type":"string"},\
                  "limit":{"type":["integer","null"],"exclusiveMinimum":0}},\
                  "required":["path"],"additionalProperties":false}"""),
              false,
              null),
          new Tool.Function(
              "mcp__files.and_folders__" + "list_everything_below_".repeat(3),
              null,
              json("{\"properties\":{}}"),
              true,
              MARK));

  private Samples() {}

  public static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text);
  }

  public static Block.Text text(String text) {
    return new Block.Text(text, null);
  }

  public static Turn user(Block... blocks) {
    return new Turn(Role.USER, List.of(blocks));
  }

  public static Turn assistant(Block... blocks) {
    return new Turn(Role.ASSISTANT, List.of(blocks));
  }

  public static Block.ToolUse use(String id, String name, String input) {
    return new Block.ToolUse(id, name, json(input), null);
  }

  public static Block.ToolResult result(String id, Block... content) {
    return new Block.ToolResult(id, List.of(content), false, null);
  }

  public static Conversation of(Turn... turns) {
    return with(List.of(turns), List.of(), ToolChoice.UNSAID, PLAIN, UNSAID, null);
  }

  public static Conversation tooled(ToolChoice choice, Turn... turns) {
    return with(List.of(turns), TOOLS, choice, PLAIN, UNSAID, null);
  }

  public static Conversation with(
      List<Turn> turns,
      List<Tool> tools,
      ToolChoice choice,
      Settings settings,
      Reasoning reasoning,
      @Nullable JsonNode schema) {
    return new Conversation(
        "a-model",
        List.of(text("You help."), new Block.Text("Be brief.", MARK_1H)),
        turns,
        tools,
        choice,
        settings,
        reasoning,
        schema,
        true,
        List.of("metadata.team"));
  }

  /// @param origin of thoughts that the language can send back
  public static Map<String, Conversation> all(String origin) {
    var all = new TreeMap<String, Conversation>();
    all.put(
        "text",
        of(
            user(text("Hi."), text(" \n"), text("")),
            assistant(text("Hello.")),
            user(new Block.Text("Go \"on\".\n", MARK))));
    all.put("image", of(user(image(null), text("What is it?"))));
    all.put(
        "documents",
        of(
            user(pdf("Q3: résumé  (final).pdf"), pdf("Q3: résumé  (final).pdf")),
            assistant(text("Read.")),
            user(plain(), text("And?"))));
    all.put(
        "instruction",
        of(
            user(text("Hi.")),
            instruction("Speak French."),
            assistant(text("Bonjour.")),
            user(text("Go on.")),
            instruction("Be formal.")));
    all.put(
        "tools",
        tooled(
            ToolChoice.UNSAID,
            user(text("Read a and b.")),
            calls(),
            user(text("Here you are."), result("toolu_2"), failed("toolu_1"))));
    all.put(
        "tool-result-parts",
        tooled(
            ToolChoice.UNSAID,
            user(text("Look.")),
            assistant(use("toolu_1", "Read", "{}")),
            user(result("toolu_1", text("Two:"), image(MARK), text(" "), plain()))));
    all.put(
        "foreign-ids",
        tooled(
            ToolChoice.UNSAID,
            user(text("Read.")),
            assistant(use("call:1/" + "x".repeat(80), "9 lives", "{\"a\":[1,2.5,null]}")),
            user(result("call:1/" + "x".repeat(80), text("Done.")))));
    all.put(
        "thinking",
        tooled(
            ToolChoice.UNSAID,
            user(text("Read.")),
            assistant(
                thought(origin, "I need a."),
                use("toolu_1", "Read", "{\"path\":\"a\"}"),
                use("toolu_2", "Read", "{\"path\":\"b\"}")),
            user(result("toolu_1", text("A")), result("toolu_2", text("B"))),
            assistant(
                thought("elsewhere", "Foreign."),
                new Block.SealedThinking("c2VhbGVk"),
                text("Both read.")),
            user(text("Thanks."))));
    var choice = "tool-choice-";
    all.put(choice + "auto", tooled(choice(ToolChoice.Mode.AUTO, ""), user(text("Hi."))));
    all.put(choice + "any", tooled(choice(ToolChoice.Mode.ANY, ""), user(text("Hi."))));
    all.put(choice + "one", tooled(choice(ToolChoice.Mode.ONE, "Read"), user(text("Hi."))));
    all.put(choice + "none", tooled(choice(ToolChoice.Mode.NONE, ""), user(text("Hi."))));
    all.put(
        choice + "none-after-calls",
        tooled(
            choice(ToolChoice.Mode.NONE, ""),
            user(text("Hi.")),
            calls(),
            user(result("toolu_1"), result("toolu_2"))));
    all.put(
        "calls-without-tools",
        of(user(text("Hi.")), calls(), user(result("toolu_1"), result("toolu_2"))));
    all.put(
        "settings",
        with(
            List.of(user(text("Hi."))),
            List.of(),
            ToolChoice.UNSAID,
            new Settings(64_000L, 0.5, 0.25, 40L, List.of("END", "\n\n"), "u-1"),
            UNSAID,
            null));
    all.put(
        "answer-schema",
        with(
            List.of(user(text("Hi."))),
            List.of(),
            ToolChoice.UNSAID,
            PLAIN,
            UNSAID,
            json("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}")));
    for (var mode : Reasoning.Mode.values()) {
      var reasoning = new Reasoning(mode, mode == Reasoning.Mode.ON ? 31_999 : 0, "high");
      all.put(
          "reasoning-" + mode.name().toLowerCase(java.util.Locale.ROOT),
          with(List.of(user(text("Hi."))), List.of(), ToolChoice.UNSAID, PLAIN, reasoning, null));
    }
    return all;
  }

  private static ToolChoice choice(ToolChoice.Mode mode, String name) {
    return new ToolChoice(mode, name, true);
  }

  public static Turn calls() {
    return assistant(
        text("I will."),
        use("toolu_1", "Read", "{\"path\":\"a\"}"),
        use("toolu_2", "mcp__files.and_folders__" + "list_everything_below_".repeat(3), "{}"));
  }

  private static Block failed(String id) {
    return new Block.ToolResult(id, List.of(text("No such file."), text("Try b.")), true, MARK);
  }

  private static Turn instruction(String text) {
    return new Turn(Role.SYSTEM, List.of(text(text)));
  }

  private static Block thought(String origin, String text) {
    return new Block.Thinking(text, Seal.seal(origin, "c2lnbmVk"));
  }

  private static Block image(@Nullable CacheMark mark) {
    return new Block.Image(new Source.Encoded("image/png", PNG), mark);
  }

  private static Block pdf(String title) {
    return new Block.Document(
        new Source.Encoded("application/pdf", "JVBERi0="), title, "Of last year.", null);
  }

  private static Block plain() {
    return new Block.Document(new Source.Plain("Plain text."), null, null, null);
  }
}
