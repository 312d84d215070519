package dev.sluice.mcp.codemode;

import dev.sluice.mcp.sandbox.Limits;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The definitions of the meta-tools. Each word of them is in the context of every session.
///
/// @param taken names that tools of servers have
record MetaDefinitions(CodeModeLimits limits, Set<String> taken) {

  ObjectNode of(MetaTool tool) {
    return switch (tool) {
      case LIST_TOOLS -> listTools();
      case READ_TOOLS -> readTools();
      case GET_TOOL_DOCS -> getToolDocs();
      case RUN_CODE -> runCode();
      case SEARCH_TOOLS -> searchTools();
    };
  }

  private ObjectNode listTools() {
    var tool =
        reading(
            MetaTool.LIST_TOOLS,
            "Lists the tools that " + name(MetaTool.RUN_CODE) + " can call, by server.");
    var detail = property(tool, "detail", "string");
    detail.putArray("enum").add("names").add("summaries");
    detail.put("default", "names");
    property(tool, "server", "string").put("description", "only this one");
    return tool;
  }

  private ObjectNode readTools() {
    var tool =
        reading(
            MetaTool.READ_TOOLS,
            "Reads signatures of tools in TypeScript: lines of a file that "
                + name(MetaTool.LIST_TOOLS)
                + " names, at most "
                + limits.answers().readLinesMax()
                + ".");
    property(tool, "file", "string");
    property(tool, "from", "integer").put("default", 1);
    property(tool, "to", "integer");
    return required(tool, "file");
  }

  private ObjectNode getToolDocs() {
    var tool =
        reading(
            MetaTool.GET_TOOL_DOCS,
            "Whole descriptions and JSON schemas, where signatures do not say enough.");
    var names = property(tool, "tools", "array").put("description", "SERVER.TOOL");
    names.putObject("items").put("type", "string");
    return required(tool, "tools");
  }

  private ObjectNode runCode() {
    var run = limits.runs().program();
    var tool =
        definition(
            MetaTool.RUN_CODE,
            """
            Runs a program that calls tools. First find them with %s and read their signatures \
            with %s.
            %sLimits: %d s, %d calls, %s of output."""
                .formatted(
                    name(MetaTool.LIST_TOOLS),
                    name(MetaTool.READ_TOOLS),
                    Guide.TEXT,
                    seconds(run),
                    run.callsMax(),
                    size(run.outputBytesMax())));
    property(tool, "code", "string");
    var timeout = property(tool, "timeout_seconds", "integer");
    timeout.put("minimum", 1).put("maximum", seconds(run));
    property(tool, "media", "boolean")
        .put("description", "true: data of images and audio, too, instead of type and size only");
    // What it does is up to the tools that the program calls.
    annotate(tool, "readOnlyHint", false);
    annotate(tool, "destructiveHint", true);
    annotate(tool, "idempotentHint", false);
    annotate(tool, "openWorldHint", true);
    return required(tool, "code");
  }

  private ObjectNode searchTools() {
    var tool =
        reading(
            MetaTool.SEARCH_TOOLS,
            "Finds tools by name and text, and gives their full definitions.");
    property(tool, "query", "string");
    var max = property(tool, "max", "integer");
    max.put("maximum", limits.answers().foundToolsMax());
    max.put("default", limits.answers().foundTools());
    return required(tool, "query");
  }

  private static String size(long bytes) {
    return bytes < 1024 ? bytes + " bytes" : (bytes >> 10) + " KiB";
  }

  static int seconds(Limits run) {
    return (int) Math.max(1, run.wallMillisMax() / 1000);
  }

  private String name(MetaTool tool) {
    return tool.name(taken);
  }

  private ObjectNode reading(MetaTool meta, String description) {
    var tool = definition(meta, description);
    annotate(tool, "readOnlyHint", true);
    annotate(tool, "openWorldHint", false);
    return tool;
  }

  private ObjectNode definition(MetaTool meta, String description) {
    var tool = JsonNodeFactory.instance.objectNode();
    tool.put("name", name(meta)).put("description", description);
    var schema = tool.putObject("inputSchema").put("type", "object");
    schema.putObject("properties");
    schema.put("additionalProperties", false);
    return tool;
  }

  private static ObjectNode property(ObjectNode tool, String name, String type) {
    return tool.withObject("inputSchema")
        .withObject("properties")
        .putObject(name)
        .put("type", type);
  }

  private static ObjectNode required(ObjectNode tool, String name) {
    tool.withObject("inputSchema").putArray("required").add(name);
    return tool;
  }

  private static void annotate(ObjectNode tool, String hint, boolean value) {
    tool.withObject("annotations").put(hint, value);
  }
}
