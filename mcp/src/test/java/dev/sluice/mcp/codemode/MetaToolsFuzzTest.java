package dev.sluice.mcp.codemode;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.mcp.catalog.Visible;
import dev.sluice.mcp.govern.Caller;
import dev.sluice.mcp.sandbox.Capacity;
import dev.sluice.mcp.sandbox.Sandbox;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.testkit.fuzz.Frugal;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Whatever a client says to a tool of the gateway has an answer within its bounds.
final class MetaToolsFuzzTest {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final CodeModeLimits LIMITS =
      CodeModeLimits.STANDARD.with(new CodeModeLimits.Answers(2048, 20, 3, 3, 100));
  private static final int ANSWER_BYTES_MAX = 8192;
  private static final MetaTools TOOLS =
      new MetaTools(
          new Sandbox(new Capacity(1, 1, 1 << 20), InstantSource.system()), new Counter(), LIMITS);
  private static final Caller CALLER = Callers.key("ada");
  private static final List<Visible> VISIBLE =
      Fake.visible(
          Fake.of(
              Callers.server("github"),
              true,
              "{\"name\":\"get_issue\",\"description\":\"Reads\",\"inputSchema\":{}}",
              "{\"name\":\"listIssues\",\"inputSchema\":{\"properties\":{\"a\":{}}}}"));

  static Stream<byte[]> calls() {
    return Stream.of(
            "{\"name\":\"list_tools\",\"arguments\":{\"detail\":\"summaries\",\"server\":\"a\"}}",
            "{\"name\":\"read_tools\",\"arguments\":{\"file\":\"servers/github.d.ts\","
                + "\"from\":2,\"to\":\"4\"}}",
            "{\"name\":\"get_tool_docs\",\"arguments\":{\"tools\":[\"github.get_issue\",\"x\"]}}",
            "{\"name\":\"search_tools\",\"arguments\":{\"query\":\"listIssues a\",\"max\":3}}")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("calls")
  @FuzzTest
  void any_arguments_have_an_answer_within_its_bounds(byte[] call) {
    ObjectNode params;
    try {
      params = JSON.readTree(call) instanceof ObjectNode object ? object : JSON.createObjectNode();
    } catch (JacksonException _) {
      return;
    }
    var name = params.path("name").stringValue("");
    if (name.endsWith("run_code")) {
      // A program is for the sandbox; its own tests have those.
      return;
    }
    Frugal.read(call, () -> answered(name, params));
  }

  private static void answered(String name, ObjectNode params) {
    var result = TOOLS.call(CALLER, VISIBLE, Map.of(), name, Call.of("tools/call", params));
    switch (result) {
      case CallResult.Result(var json) ->
          assertThat(json.toString().length()).isLessThan(ANSWER_BYTES_MAX);
      case CallResult.Refused(var error) -> assertThat(error.message()).startsWith("Unknown tool");
      case CallResult.Failed(var failure) -> throw new AssertionError(failure.toString());
    }
  }
}
