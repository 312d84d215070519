package dev.sluice.e2e.foreign;

import dev.sluice.testkit.ClaudeCode;
import dev.sluice.testkit.ClaudeDialogue;
import dev.sluice.testkit.http.Ending;
import dev.sluice.testkit.provider.Simulator;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Script;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import tools.jackson.databind.JsonNode;

/// One session of the real Claude Code, in one process: a prompt of each part, one after the other,
/// so that each goes on with the conversation of those before it.
///
/// @param key whose provider has a simulator of its own, so that nobody else plays its scripts
record LongSession(String key, ClaudeCode claude, ClaudeDialogue dialogue, Simulator provider) {

  static final int LONG_BYTES = 200_000;

  private static final Duration TIMEOUT = Duration.ofSeconds(120);

  private static final Duration PACE = Duration.ofMillis(2);

  /// So long that what was sent before it has gone on.
  private static final Duration STALL = Duration.ofSeconds(6);

  private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  private static final int TOKENS_PER_LARGE_EVENT = 400;

  private static final List<String> RESULT =
      List.of("subtype", "is_error", "result", "num_turns", "stop_reason");

  /// What is asked.
  enum Part {
    LONG_ANSWER,
    CUT_ANSWER,
    AGENTS,
    TOOLS,
    DOCUMENT,
    BROKEN_EARLY,
    BROKEN_BY_AN_ERROR,
    BROKEN_LATE,
    COMPACT,
    AFTER_COMPACT,
    FILLED,
    FULL
  }

  /// What the model thinks before it uses three tools, of which the first reads a file that is not
  /// there.
  static final String THOUGHT = "All three at once.";

  static final String MISSING = "missing.txt";

  /// What a developer sees of a part: the words, tools and results in their order, and the end.
  ///
  /// @param thoughts which not every provider shows
  record Seen(List<String> steps, Map<String, String> result, List<String> thoughts) {

    /// What is the same everywhere.
    Seen withoutThoughts() {
      return new Seen(steps, result, List.of());
    }
  }

  /// All parts, one after the other.
  static Map<Part, Seen> run(EachType each, String key) {
    try (var claude = each.claude(key);
        var dialogue = claude.dialogue("--thinking-display", "summarized")) {
      var session = new LongSession(key, claude, dialogue, each.simulator(key));
      session.writeFiles();
      var seen = new EnumMap<Part, Seen>(Part.class);
      for (var part : Part.values()) {
        seen.put(part, session.play(part));
      }
      int exitCode = dialogue.end(TIMEOUT);
      if (exitCode != 0) {
        throw new IllegalStateException("claude ended with " + exitCode);
      }
      return seen;
    }
  }

  void writeFiles() {
    try {
      var image = new ByteArrayOutputStream();
      ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", image);
      Files.write(file("image.png"), image.toByteArray());
      Files.writeString(file("page.pdf"), PDF);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final String PDF =
      """
      %PDF-1.4
      1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
      2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
      3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj
      trailer<</Root 1 0 R/Size 4>>
      %%EOF
      """;

  Seen play(Part part) {
    provider.next(answers(part).toArray(Script[]::new));
    return switch (part) {
      case AGENTS -> agents();
      case COMPACT -> say("/compact");
      case FILLED -> {
        say("write a lot");
        yield say("write a lot");
      }
      case LONG_ANSWER,
          CUT_ANSWER,
          TOOLS,
          DOCUMENT,
          BROKEN_EARLY,
          BROKEN_BY_AN_ERROR,
          BROKEN_LATE,
          AFTER_COMPACT,
          FULL ->
          say("do " + part);
    };
  }

  private Seen agents() {
    provider.when(LongSession::fromAgent, Script.answer().text("A part."));
    var seen = say("ask two agents");
    // They run side by side.
    return new Seen(seen.steps().stream().sorted().toList(), seen.result(), seen.thoughts());
  }

  /// The prompts of agents are short: what one is told is the first thing in it.
  private static boolean fromAgent(ApiCall call) {
    return call.toolResults() == 0 && call.userText().contains("your part is the ");
  }

  private List<Script> answers(Part part) {
    return switch (part) {
      case LONG_ANSWER -> List.of(Script.answer().textOfBytes(LONG_BYTES));
      case CUT_ANSWER -> then("The rest.", Script.answer().textOfTokens(400).stopAt(300));
      case AGENTS ->
          then(
              "Both are done.",
              Script.answer().tool("Agent", agent("first")).tool("Agent", agent("second")));
      case TOOLS ->
          then(
              "Seen.",
              Script.answer()
                  .thinking(THOUGHT)
                  .tool("Read", path(MISSING))
                  .tool("Read", path("image.png"))
                  .tool("Bash", Map.of("command", "echo out; exit 3")));
      case DOCUMENT -> then("Read.", Script.answer().tool("Read", path("page.pdf")));
      case BROKEN_EARLY -> then("Whole.", broken(Script.answer().textOfTokens(9_000)));
      case BROKEN_BY_AN_ERROR ->
          then(
              "Whole again.",
              Script.answer()
                  .textOfTokens(300)
                  .pace(PACE)
                  .errorAfter(20, "overloaded_error", "Overloaded"));
      case BROKEN_LATE -> then("Resumed.", broken(twoCalls()));
      case COMPACT -> List.of(Script.answer().text("<summary>Much was written.</summary>"));
      case AFTER_COMPACT -> List.of(Script.answer().text("Much."));
      case FILLED -> List.of(large(), large());
      case FULL -> then("Recovered.", Script.answer().text("<summary>More was written.</summary>"));
    };
  }

  private static List<Script> then(String text, Script first) {
    return List.of(first, Script.answer().text(text));
  }

  /// The second call is so long that the answer is broken within it. What is before it has gone on
  /// by then: Gemini writes a call as one event.
  private Script twoCalls() {
    return Script.answer()
        .text("First.")
        .tool("Bash", Map.of("command", "true"))
        .tool("Bash", Map.of("command", "echo " + "word ".repeat(6_000)))
        .stallAfter(key.startsWith("gemini") ? 2 : 30, STALL);
  }

  /// Responses begin with the whole request, twice.
  private Script broken(Script script) {
    boolean echoes = key.equals("responses") || key.equals("azure");
    return script.pace(PACE).cutAt(echoes ? 200_000 : 20_000, Ending.RST);
  }

  /// As long, in fewer events.
  private static Script large() {
    return Script.answer().textOfBytes(LONG_BYTES).tokensPerEvent(TOKENS_PER_LARGE_EVENT);
  }

  private static Map<String, Object> agent(String part) {
    return Map.of(
        "description", part, "prompt", "your part is the " + part, "run_in_background", false);
  }

  private Map<String, String> path(String name) {
    return Map.of("file_path", file(name).toString());
  }

  private Path file(String name) {
    return claude.workingFolder().resolve(name);
  }

  private Seen say(String prompt) {
    var events = new ArrayList<>(dialogue.say(prompt, TIMEOUT));
    inOrderOfCalls(events);
    var result = new TreeMap<String, String>();
    for (var name : RESULT) {
      result.put(name, events.getLast().path(name).toString());
    }
    var thoughts = events.stream().flatMap(LongSession::thoughts).toList();
    return new Seen(events.stream().flatMap(this::steps).toList(), result, thoughts);
  }

  /// Results of tools that run side by side come as the tools end.
  private static void inOrderOfCalls(List<JsonNode> events) {
    var calls = events.stream().flatMap(event -> ids(event, "tool_use", "id")).toList();
    for (int from = 0, to; from < events.size(); from = to) {
      for (to = from + 1; to < events.size() && call(calls, events.get(to)) >= 0; ) {
        to++;
      }
      events.subList(from, to).sort(Comparator.comparing(event -> call(calls, event)));
    }
  }

  /// The place of the call whose result an event is; -1 for other events.
  private static int call(List<String> calls, JsonNode event) {
    return ids(event, "tool_result", "tool_use_id").mapToInt(calls::indexOf).min().orElse(-1);
  }

  private static Stream<String> ids(JsonNode event, String type, String member) {
    return event
        .path("message")
        .path("content")
        .valueStream()
        .filter(block -> block.path("type").asString("").equals(type))
        .map(block -> block.path(member).asString(""));
  }

  private static Stream<String> thoughts(JsonNode event) {
    return event
        .path("message")
        .path("content")
        .valueStream()
        .map(block -> block.path("thinking").asString(""))
        .filter(thought -> !thought.isEmpty());
  }

  private Stream<String> steps(JsonNode event) {
    var type = event.path("type").asString("");
    if (type.equals("system") && event.path("subtype").asString("").equals("compact_boundary")) {
      return Stream.of("compacted: " + event.path("compact_metadata").path("trigger").asString(""));
    }
    if (!type.equals("assistant") && !type.equals("user")) {
      return Stream.empty();
    }
    var content = event.path("message").path("content");
    return content.isString()
        ? Stream.of(here(type + " says " + content))
        : content.valueStream().flatMap(block -> step(type, block));
  }

  /// Without what each provider has of its own: ids, and thoughts that it may not show.
  private Stream<String> step(String type, JsonNode block) {
    return switch (block.path("type").asString("")) {
      case "thinking", "redacted_thinking" -> Stream.empty();
      case "tool_use" ->
          Stream.of(here(type + " calls " + block.path("name") + " with " + block.path("input")));
      case "tool_result" ->
          Stream.of(
              here("result " + block.path("content") + " error " + block.path("is_error"))
                  .replaceAll("\\ba[0-9a-f]{16}\\b", "ID")
                  .replaceAll("(tokens|duration_ms): \\d+", "$1: N"));
      default -> Stream.of(here(type + " says " + block));
    };
  }

  private String here(String text) {
    var own = String.valueOf(claude.workingFolder().getParent().getFileName());
    return text.replace(claude.workingFolder().toString(), "HERE")
        .replace(own, "OWN")
        .replaceAll(UUID, "UUID");
  }
}
