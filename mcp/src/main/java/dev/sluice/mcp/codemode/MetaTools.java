package dev.sluice.mcp.codemode;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.catalog.Visible;
import dev.sluice.mcp.codemode.run.Asked;
import dev.sluice.mcp.codemode.run.CodeRuns;
import dev.sluice.mcp.codemode.run.Media;
import dev.sluice.mcp.codemode.run.Told;
import dev.sluice.mcp.govern.Caller;
import dev.sluice.mcp.govern.ToolCalls;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.sandbox.Sandbox;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/// The gateway's own tools: they tell of the tools of servers, and run programs that call them.
public final class MetaTools {
  private static final Pattern FENCED =
      Pattern.compile("```[a-zA-Z]{0,20}\\n(.*)\\n```\\s*", Pattern.DOTALL);

  private final ToolCalls calls;
  private final CodeModeLimits limits;
  private final CodeRuns runs;

  public MetaTools(Sandbox sandbox, ToolCalls calls, CodeModeLimits limits) {
    this.calls = calls;
    this.limits = limits;
    runs = new CodeRuns(sandbox, calls, limits.runs());
  }

  /// What is listed for a caller beside tools of servers without code mode: nothing where the
  /// caller has no tool.
  ///
  /// @param tools all that the caller sees, whether they are listed one by one or not
  public List<ObjectNode> definitions(Caller caller, List<Visible> tools) {
    if (tools.isEmpty()) {
      return List.of();
    }
    var definitions = new MetaDefinitions(limits, names(tools));
    boolean programs = tools.stream().anyMatch(Shelf::inPrograms);
    return Arrays.stream(MetaTool.values())
        .filter(tool -> programs || tool == MetaTool.SEARCH_TOOLS)
        .map(definitions::of)
        .toList();
  }

  /// Whether a tool of the gateway can be called so. A tool of a server that has this name goes
  /// first.
  public boolean has(String name) {
    return MetaTool.has(name);
  }

  /// Calls a tool of the gateway.
  ///
  /// @param tools all that the caller sees now
  /// @param away servers for programs that cannot be asked now, and why
  /// @param name as it was listed
  /// @param call `tools/call` as the client sent it
  public CallResult call(
      Caller caller, List<Visible> tools, Map<ObjectName, String> away, String name, Call call) {
    var shelf = Shelf.of(tools, away, caller.key().name().namespace());
    var found =
        MetaTool.find(name, names(tools))
            .filter(
                tool -> !shelf.isEmpty() || (tool == MetaTool.SEARCH_TOOLS && !tools.isEmpty()));
    if (found.isEmpty()) {
      return new CallResult.Refused(
          RpcError.of(RpcError.INVALID_PARAMS, "Unknown tool: " + Prose.within(name, 200)));
    }
    var tool = found.get();
    return calls.own(caller, tool.plain(), call, () -> answered(caller, tools, shelf, tool, call));
  }

  private CallResult answered(
      Caller caller, List<Visible> tools, Shelf shelf, MetaTool tool, Call call) {
    try {
      var arguments = Arguments.of(call.params(), tool.arguments());
      var answers = new ToolAnswers(shelf, limits.answers());
      return switch (tool) {
        case LIST_TOOLS -> answers.list(arguments);
        case READ_TOOLS -> answers.read(arguments);
        case GET_TOOL_DOCS -> answers.docs(arguments);
        case SEARCH_TOOLS -> answers.search(arguments, tools);
        case RUN_CODE -> runs.run(caller, asked(shelf, arguments), call);
      };
    } catch (WrongArgumentException e) {
      return Told.error(e.sentence());
    }
  }

  private Asked asked(Shelf shelf, Arguments arguments) throws WrongArgumentException {
    var program = limits.runs().program();
    int most = MetaDefinitions.seconds(program);
    // How long it may be says the sandbox.
    var code = unfenced(arguments.needed("code"));
    long wallMillisMax =
        arguments.has("timeout_seconds")
            ? arguments.number("timeout_seconds", 1, most, most) * 1000L
            : program.wallMillisMax();
    var media = arguments.flag("media") ? Media.WHOLE : Media.NOTED;
    return new Asked(code, shelf.tools(), shelf.unlisted(), wallMillisMax, media);
  }

  /// Without the fence of Markdown that some models put around a program; lines keep their numbers.
  private static String unfenced(String code) {
    var fenced = FENCED.matcher(code);
    return fenced.matches() ? "\n" + fenced.group(1) : code;
  }

  private static Set<String> names(List<Visible> tools) {
    return tools.stream().map(Visible::name).collect(Collectors.toSet());
  }
}
