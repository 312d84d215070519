package dev.sluice.bench.tools;

import dev.sluice.core.mcp.Admissions.Admitted;
import dev.sluice.core.mcp.ToolAccess;
import dev.sluice.core.policy.KeyDigest;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.LedgerAway;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Routing;
import dev.sluice.mcp.catalog.Offered;
import dev.sluice.mcp.catalog.Visible;
import dev.sluice.mcp.codemode.CodeModeLimits;
import dev.sluice.mcp.codemode.MetaTools;
import dev.sluice.mcp.govern.Caller;
import dev.sluice.mcp.govern.ToolCalls;
import dev.sluice.mcp.sandbox.Sandbox;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.ClientProfile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What comes into a model's context of the sample tools, as JSON or as text.
final class Context {
  private static final JsonMapper JSON = JsonMapper.shared();

  private final MetaTools tools;
  private final List<Visible> visible;
  private final Caller caller = caller();

  Context(Sandbox sandbox) {
    tools = new MetaTools(sandbox, new Ungoverned(), CodeModeLimits.STANDARD);
    visible =
        SampleTools.all().stream()
            .flatMap(
                server ->
                    server.tools().stream()
                        .map(t -> new Visible(server, t, t.server().name() + "__" + t.name())))
            .toList();
  }

  private static final class Ungoverned implements ToolCalls {
    @Override
    public CallResult call(Caller caller, Offered server, String tool, Call call) {
      return server.call(call);
    }

    @Override
    public CallResult pass(Caller caller, Offered server, Call call) {
      return server.call(call);
    }

    @Override
    public CallResult own(Caller caller, String tool, Call call, Supplier<CallResult> run) {
      return run.get();
    }
  }

  private static Caller caller() {
    var key =
        new KeyPolicy(
            new ObjectName("default", "bench"),
            KeyDigest.of("bench"),
            null,
            null,
            false,
            null,
            List.of(),
            List.of(),
            Map.of(),
            0,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            LedgerAway.REFUSE,
            Routing.NONE,
            ToolAccess.NONE);
    return new Caller(
        new Admitted("bench", key, "1"),
        Optional.empty(),
        ClientProfile.of("bench", "1"),
        Caller.Narrowing.NONE);
  }

  /// `tools/list` of all tools, one by one, and the search.
  String plain() {
    var search = definitions().getLast();
    return visible.stream()
        .map(one -> one.tool().json().deepCopy().put("name", one.name()).toString())
        .collect(Collectors.joining(",", "{\"tools\":[", "," + search + "]}"));
  }

  /// `tools/list` where all servers are in code mode.
  String codeMode() {
    return "{\"tools\":" + JSON.writeValueAsString(definitions()) + "}";
  }

  private List<ObjectNode> definitions() {
    return tools.definitions(caller, visible);
  }

  /// What a model writes to call a meta-tool, and what it reads then.
  String called(String name, ObjectNode arguments) {
    var params = JsonNodeFactory.instance.objectNode().put("name", name);
    params.set("arguments", arguments);
    var result = tools.call(caller, visible, Map.of(), name, Call.of("tools/call", params));
    if (!(result instanceof CallResult.Result(var json)) || json.has("isError")) {
      throw new IllegalStateException(name + ": " + result);
    }
    var read =
        json.path("content")
            .valueStream()
            .map(block -> block.path("text").stringValue(""))
            .collect(Collectors.joining("\n"));
    return arguments + "\n" + read;
  }

  /// What a model reads where it calls one of the tools by itself.
  String callOfOne() {
    var first = visible.getFirst();
    var params = JsonNodeFactory.instance.objectNode().put("name", first.tool().name());
    if (!(first.server().call(Call.of("tools/call", params)) instanceof CallResult.Result(var r))) {
      throw new IllegalStateException("no result");
    }
    return r.path("structuredContent").toString();
  }
}
