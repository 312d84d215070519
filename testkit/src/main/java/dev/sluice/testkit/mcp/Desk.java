package dev.sluice.testkit.mcp;

import dev.sluice.testkit.mcp.ModernMcpSimulator.OwnTool;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The tools, prompts and resources that every simulated server has, and what they do.
final class Desk {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final McpScript script;
  private final AtomicInteger runs = new AtomicInteger();
  private final AtomicInteger lists = new AtomicInteger();
  private final Map<String, ObjectNode> defined = new ConcurrentSkipListMap<>();
  private final Map<String, OwnTool> own = new ConcurrentSkipListMap<>();

  Desk(McpScript script) {
    this.script = script;
  }

  /// How often a tool was run.
  int runs() {
    return runs.get();
  }

  /// A tool beside those that every server has, or another definition of one that came so.
  void define(String tool, String description) {
    defined.put(tool, tool(tool, description));
  }

  /// A tool in place of those that every server has, or another version of one.
  void own(OwnTool tool) {
    own.put(tool.name(), tool);
  }

  /// One that says of itself that it changes nothing, so that clients run several at once.
  void defineReading(String tool, String description) {
    var reading = tool(tool, description);
    reading.putObject("annotations").put("readOnlyHint", true);
    defined.put(tool, reading);
  }

  void drop(String tool) {
    defined.remove(tool);
  }

  /// How often the list of tools, or a page of it, was asked for.
  int lists() {
    return lists.get();
  }

  ObjectNode capabilities() {
    var capabilities = NODES.objectNode();
    capabilities.putObject("tools").put("listChanged", true);
    capabilities.putObject("prompts");
    capabilities.putObject("resources");
    capabilities.putObject("completions");
    capabilities.putObject("x-simulated").put("kept", true);
    return capabilities;
  }

  static ObjectNode server() {
    return NODES.objectNode().put("name", "simulated").put("version", "1.0.0");
  }

  ObjectNode handle(String method, ObjectNode params, Talk talk) throws ProblemException {
    return switch (method) {
      case "tools/list" -> tools(params);
      case "tools/call" -> call(params, talk);
      case "prompts/list" -> prompts();
      case "prompts/get" -> prompt(params);
      case "resources/list" -> resources();
      case "resources/templates/list" -> templates();
      case "completion/complete" -> completion(params);
      case "resources/read" -> read(params);
      case "x-simulated/echo" -> NODES.objectNode().set("got", params);
      default -> throw ProblemException.of(404, -32601, "Method not found");
    };
  }

  private ObjectNode tools(ObjectNode params) throws ProblemException {
    var all = NODES.arrayNode();
    var asked = lists.incrementAndGet();
    if (script.lies(McpScript.Lie.CHANGING_LIST)) {
      all.add(tool("mood-" + asked, "Another one each time"));
    }
    if (script.lies(McpScript.Lie.ENDLESS_PAGES)) {
      return endless(asked);
    }
    defined.values().forEach(all::add);
    if (own.isEmpty()) {
      addStandard(all);
    } else {
      own.values().forEach(tool -> all.add(tool.definition()));
    }
    var from = start(params.path("cursor"), all.size());
    var page = NODES.objectNode();
    var list = page.putArray("tools");
    var to = Math.min(all.size(), from + script.pageTools());
    for (var i = from; i < to; i++) {
      list.add(all.get(i));
    }
    if (to < all.size()) {
      page.put("nextCursor", "at-" + to);
    }
    return page;
  }

  private void addStandard(ArrayNode all) {
    all.add(tool("echo", "Says what it is told"));
    for (var name : new String[] {"count", "fail", "error", "slow", "huge", "flood", "stall"}) {
      all.add(tool(name, "Simulated: " + name));
    }
    all.add(tool("ask", "Asks the user"));
    all.add(regional());
    all.add(brokenMark());
    for (var i = 0; i < script.fillers(); i++) {
      all.add(tool("filler-%04d".formatted(i), "A tool that fills a page"));
    }
  }

  private static ObjectNode endless(int asked) {
    var page = NODES.objectNode();
    page.putArray("tools").add(tool("endless-" + asked, "Not the last one"));
    return page.put("nextCursor", "more-" + asked);
  }

  private static int start(JsonNode cursor, int size) throws ProblemException {
    if (cursor.isMissingNode()) {
      return 0;
    }
    var text = cursor.stringValue("");
    if (!text.matches("at-[0-9]{1,6}") || Integer.parseInt(text.substring(3)) > size) {
      throw ProblemException.of(400, -32602, "Invalid cursor");
    }
    return Integer.parseInt(text.substring(3));
  }

  private static ObjectNode tool(String name, String description) {
    var tool = NODES.objectNode().put("name", name).put("description", description);
    tool.putObject("inputSchema").put("type", "object");
    return tool;
  }

  private static ObjectNode regional() {
    var tool = tool("regional", "Wants its region in a header");
    var region = tool.withObject("inputSchema").putObject("properties").putObject("region");
    region.put("type", "string").put("x-mcp-header", "Region");
    return tool;
  }

  private static ObjectNode brokenMark() {
    var tool = tool("broken-mark", "Marks a parameter that cannot be marked");
    var items = tool.withObject("inputSchema").putObject("properties").putObject("list");
    items.put("type", "array").putObject("items").put("type", "string").put("x-mcp-header", "L");
    return tool;
  }

  private ObjectNode call(ObjectNode params, Talk talk) throws ProblemException {
    var arguments = params.path("arguments");
    var name = params.path("name").stringValue("");
    runs.incrementAndGet();
    var ours = own.get(name);
    if (ours != null) {
      return ours.work().apply(arguments);
    }
    return switch (name) {
      case "echo" -> text(arguments.path("text").stringValue(""));
      case "count" -> text("" + runs.get());
      case "fail" -> text("it failed").put("isError", true);
      case "error" ->
          throw ProblemException.with(
              200, 1234, "An error of its own", NODES.objectNode().put("kept", true));
      case "slow", "look" -> slow(arguments, params, talk);
      case "huge" -> text("x".repeat(arguments.path("bytes").intValue(0)));
      case "flood" -> flood(arguments, talk);
      case "stall" -> stalled(talk);
      case "ask" -> asked(params, talk);
      case "sample" -> sampled(params, talk);
      case "roots" -> roots(params, talk);
      case "say" -> said(arguments, params, talk);
      case "regional" -> text(arguments.path("region").stringValue("nowhere"));
      case "env" -> text(String.join(" ", System.getenv().keySet().stream().sorted().toList()));
      default -> throw ProblemException.of(400, -32602, "Unknown tool");
    };
  }

  static ObjectNode text(String text) {
    var result = NODES.objectNode();
    result.putArray("content").addObject().put("type", "text").put("text", text);
    return result;
  }

  private static ObjectNode slow(JsonNode arguments, ObjectNode params, Talk talk)
      throws ProblemException {
    var steps = arguments.path("steps").intValue(1);
    var token = params.path("_meta").path("progressToken");
    for (var step = 1; step <= steps; step++) {
      if (talk.cancelled(Duration.ofMillis(arguments.path("millis").intValue(0)))) {
        throw ProblemException.of(200, -32800, "Cancelled");
      }
      if (!token.isMissingNode()) {
        var progress = NODES.objectNode();
        progress.set("progressToken", token);
        talk.tell("notifications/progress", progress.put("progress", step).put("total", steps));
      }
    }
    return text("done");
  }

  private static ObjectNode flood(JsonNode arguments, Talk talk) {
    var data = "f".repeat(arguments.path("bytes").intValue(10));
    for (var i = 0; i < arguments.path("count").intValue(0); i++) {
      talk.tell("notifications/message", NODES.objectNode().put("level", "info").put("data", data));
    }
    return text("flooded");
  }

  private static ObjectNode stalled(Talk talk) throws ProblemException {
    var _ = talk.cancelled(Duration.ofMinutes(10));
    throw ProblemException.of(200, -32800, "Cancelled");
  }

  private static ObjectNode asked(ObjectNode params, Talk talk) throws ProblemException {
    var question = NODES.objectNode().put("mode", "form").put("message", "Your name?");
    var schema = question.putObject("requestedSchema").put("type", "object");
    schema.putObject("properties").putObject("name").put("type", "string");
    var answer = talk.ask("who", "elicitation/create", question, params);
    return text(
        answer.path("action").stringValue("none")
            + " "
            + answer.path("content").path("name").stringValue("nobody"));
  }

  private static ObjectNode sampled(ObjectNode params, Talk talk) throws ProblemException {
    var question = NODES.objectNode().put("maxTokens", 16);
    var message = question.putArray("messages").addObject().put("role", "user");
    message.putObject("content").put("type", "text").put("text", "Which model are you?");
    var answer = talk.ask("model", "sampling/createMessage", question, params);
    return text(answer.path("content").path("text").stringValue("nothing"));
  }

  private static ObjectNode roots(ObjectNode params, Talk talk) throws ProblemException {
    var answer = talk.ask("where", "roots/list", NODES.objectNode(), params);
    return text(String.join(" ", answer.path("roots").findValuesAsString("uri")));
  }

  /// Logs a line of each level that it is told, and its progress after each.
  private static ObjectNode said(JsonNode arguments, ObjectNode params, Talk talk) {
    var token = params.path("_meta").path("progressToken");
    var step = 0;
    for (var level : arguments.path("levels")) {
      step++;
      if (talk.logs(level.stringValue(""), params)) {
        var line = NODES.objectNode().put("level", level.stringValue("")).put("logger", "desk");
        talk.tell("notifications/message", line.put("data", "line " + step));
      }
      if (!token.isMissingNode()) {
        var progress = NODES.objectNode();
        progress.set("progressToken", token);
        talk.tell("notifications/progress", progress.put("progress", step));
      }
    }
    return text("said");
  }

  private ObjectNode prompts() throws ProblemException {
    if (script.lies(McpScript.Lie.NO_PROMPTS)) {
      throw ProblemException.of(200, -32603, "Internal error");
    }
    var page = NODES.objectNode();
    page.putArray("prompts").addObject().put("name", "greet");
    return page;
  }

  private static ObjectNode prompt(ObjectNode params) throws ProblemException {
    if (!params.path("name").stringValue("").equals("greet")) {
      throw ProblemException.of(200, -32602, "Unknown prompt");
    }
    var result = NODES.objectNode();
    var message = result.putArray("messages").addObject().put("role", "user");
    var whom = params.path("arguments").path("whom").stringValue("world");
    message.putObject("content").put("type", "text").put("text", "Greet " + whom);
    return result;
  }

  private static ObjectNode templates() {
    var page = NODES.objectNode();
    var template = page.putArray("resourceTemplates").addObject().put("name", "notes");
    template.put("uriTemplate", "note://{city}/{number}");
    return page;
  }

  /// Of the prompt's one argument, and of the template's variables.
  private static ObjectNode completion(ObjectNode params) throws ProblemException {
    var ref = params.path("ref");
    var known =
        ref.path("name").stringValue("").equals("greet")
            || ref.path("uri").stringValue("").equals("note://{city}/{number}");
    if (!known) {
      throw ProblemException.of(200, -32602, "Unknown reference");
    }
    var begun = params.path("argument").path("value").stringValue("");
    var result = NODES.objectNode();
    var completion = result.putObject("completion").put("total", 2).put("hasMore", false);
    completion.putArray("values").add(begun + "berg").add(begun + "dorf");
    return result;
  }

  private static ObjectNode resources() {
    var page = NODES.objectNode();
    page.putArray("resources").addObject().put("name", "note").put("uri", "note://münchen/1");
    return page;
  }

  private static ObjectNode read(ObjectNode params) {
    var result = NODES.objectNode();
    result.putArray("contents").addObject().setAll(params).put("text", "a note").remove("_meta");
    return result;
  }
}
