package dev.sluice.mcp.upstream;

import static dev.sluice.mcp.upstream.Opened.echo;
import static dev.sluice.mcp.upstream.Opened.failure;
import static dev.sluice.mcp.upstream.Opened.json;
import static dev.sluice.mcp.upstream.Opened.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.mcp.rpc.InputRequired;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.ProtocolVersion;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.CallSink;
import dev.sluice.mcp.upstream.call.Tally;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.McpScript.Answers;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import dev.sluice.testkit.mcp.Received;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

final class ModernHttpIT {

  @Test
  void speaks_to_a_modern_server_as_the_protocol_has_it() {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD);
        var opened = Opened.http(server.url())) {
      assertThat(opened.text(echo("grüße"))).isEqualTo("grüße");
      assertThat(opened.connection.card()).isPresent();
      var card = opened.connection.card().orElseThrow();
      assertThat(card.version()).isEqualTo(ProtocolVersion.V2026_07_28);
      assertThat(card.capabilities().path("x-simulated").path("kept").booleanValue(false)).isTrue();
      assertThat(card.server().path("name").stringValue("")).isEqualTo("simulated");
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void passes_unknown_methods_and_fields_through() {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD);
        var opened = Opened.http(server.url())) {
      var params = json().put("any", 1);
      params.putObject("_meta").put("com.example/trace", "t1");
      var got = opened.result(Call.of("x-simulated/echo", params)).path("got");
      assertThat(got.path("any").intValue()).isEqualTo(1);
      assertThat(got.path("_meta").path("com.example/trace").stringValue("")).isEqualTo("t1");
    }
  }

  @Test
  void names_what_is_no_ascii_in_a_header() {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD);
        var opened = Opened.http(server.url())) {
      var read = Call.of("resources/read", json().put("uri", "note://münchen/1"));
      assertThat(opened.result(read).path("contents").path(0).path("text").stringValue(""))
          .isEqualTo("a note");
      assertThat(of(server, "resources/read").getLast().header("mcp-name").orElseThrow())
          .startsWith("=?base64?");
    }
  }

  @Test
  void mirrors_parameters_that_a_tool_wants_in_headers_even_if_its_list_was_never_asked_for() {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD);
        var opened = Opened.http(server.url())) {
      var call = tool("regional", json().put("region", "eu-西"));
      assertThat(opened.text(call)).isEqualTo("eu-西");
      // The first one was refused, and the list was asked for.
      assertThat(of(server, "tools/call")).hasSize(2);
      assertThat(of(server, "tools/call").getLast().header("mcp-param-region")).isPresent();
      assertThat(opened.text(call)).isEqualTo("eu-西");
      assertThat(of(server, "tools/call")).hasSize(3);
    }
  }

  /// What a server received of one method; it listens for changes beside.
  private static List<Received> of(ModernMcpSimulator server, String method) {
    return server.received().stream().filter(r -> r.method().equals(method)).toList();
  }

  @Test
  void leaves_out_a_tool_whose_marks_are_not_valid() {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD);
        var opened = Opened.http(server.url())) {
      var names = new ArrayList<String>();
      var params = json();
      while (true) {
        var page = opened.result(Call.of("tools/list", params));
        page.path("tools").forEach(tool -> names.add(tool.path("name").stringValue("")));
        if (!page.has("nextCursor")) {
          break;
        }
        params = json().put("cursor", page.path("nextCursor").stringValue(""));
      }
      assertThat(names).contains("echo", "regional").doesNotContain("broken-mark");
      assertThat(opened.tally.dropped(Tally.Dropped.INVALID_TOOL)).isEqualTo(1);
    }
  }

  @Test
  void hands_on_progress_with_the_token_that_the_caller_gave() {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD.with(Answers.EVENTS));
        var opened = Opened.http(server.url())) {
      var told = new CopyOnWriteArrayList<String>();
      var call = tool("slow", json().put("steps", 3).put("millis", 1));
      call.params().putObject("_meta").put("progressToken", "mine");
      assertThat(opened.text(call.with(telling(told)))).isEqualTo("done");
      assertThat(told).containsExactly("mine 1", "mine 2", "mine 3");
    }
  }

  static CallSink telling(List<String> told) {
    return new CallSink() {
      @Override
      public void notification(Message.Notification notification) {
        var params = notification.params();
        told.add(
            params.path("progressToken").asString("") + " " + params.path("progress").asString(""));
      }

      @Override
      public Message request(Message.Request request) throws InterruptedException {
        return SILENT.request(request);
      }
    };
  }

  /// Answers what the server asks with a name.
  static CallSink named(String name) {
    return new CallSink() {
      @Override
      public void notification(Message.Notification notification) {}

      @Override
      public Message request(Message.Request request) {
        var result = json().put("action", "accept");
        result.putObject("content").put("name", name);
        return new Message.Answer(request.id(), result);
      }
    };
  }

  @Test
  void hands_on_a_result_that_asks_for_input_or_answers_it_by_the_sink() {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD);
        var opened = Opened.http(server.url())) {
      var call = tool("ask", json());
      assertThat(InputRequired.of(opened.result(call)).orElseThrow().requests()).containsKey("who");
      var answered = call.with(named("Ada")).with(Call.InputPolicy.ANSWERED);
      assertThat(opened.text(answered)).isEqualTo("accept Ada");
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void hands_errors_on_as_they_came() {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD);
        var opened = Opened.http(server.url())) {
      var refused = opened.call(tool("error", json()));
      assertThat(refused).isInstanceOf(CallResult.Refused.class);
      if (refused instanceof CallResult.Refused(var error)) {
        assertThat(error.code()).isEqualTo(1234);
        assertThat(error.data().orElseThrow().path("kept").booleanValue(false)).isTrue();
      }
      assertThat(opened.call(Call.of("no/such"))).isInstanceOf(CallResult.Refused.class);
      assertThat(opened.connection.health().state()).isEqualTo(Health.State.CONNECTED);
    }
  }

  @Test
  void hangs_up_when_the_caller_cancels() {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD.with(Answers.EVENTS));
        var opened = Opened.http(server.url())) {
      opened.text(echo("first"));
      var result = opened.cancelled(server::runs);
      assertThat(failure(result).reason()).isEqualTo(Reason.CANCELLED);
      await().until(() -> server.cancelled().size() == 1);
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void hears_that_a_list_changed_and_listens_again_when_the_stream_ended() {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD);
        var opened = Opened.http(server.url())) {
      await().until(() -> server.listeners() == 1);
      server.toolsChanged();
      await().until(() -> opened.heard.contains("notifications/tools/list_changed"));
      server.endStreams();
      await().until(() -> server.listeners() == 1 && opened.connected.size() == 2);
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void runs_a_call_once_at_most_when_connections_are_gone() {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD);
        var opened = Opened.http(server.url())) {
      opened.text(echo("a connection that rests"));
      server.leave();
      comeBack(server);
      var result = opened.call(tool("count", json()));
      assertThat(server.runs()).isLessThanOrEqualTo(2);
      assertThat(result)
          .satisfiesAnyOf(
              good -> assertThat(Opened.textOf(Opened.resultOf(good))).isEqualTo("2"),
              cut -> assertThat(failure(cut).reason()).isEqualTo(Reason.CUT),
              // Where it was noticed before the call that the server had left.
              unsent -> {
                assertThat(failure(unsent).reason()).isEqualTo(Reason.BACKING_OFF);
                assertThat(server.runs()).isEqualTo(1);
              });
    }
  }

  /// The system frees the port a moment after it was left.
  private static void comeBack(ModernMcpSimulator server) {
    await().ignoreExceptions().untilAsserted(server::comeBack);
  }

  @Test
  void fails_at_once_while_a_server_is_down_and_comes_back_with_it() {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD);
        var opened =
            Opened.http(
                server.url(),
                Opened.LIMITS.with(
                    Opened.LIMITS.times().withCheckEvery(java.time.Duration.ofMillis(50))))) {
      opened.text(echo("here"));
      server.leave();
      await().until(() -> opened.connection.health().state() == Health.State.BACKING_OFF);
      var failure = failure(opened.call(echo("gone")));
      assertThat(failure.reason()).isIn(Reason.BACKING_OFF, Reason.UNREACHABLE);
      comeBack(server);
      await().until(() -> opened.connection.health().state() == Health.State.CONNECTED);
      assertThat(opened.text(echo("back"))).isEqualTo("back");
      assertThat(opened.connection.health().lastFailure()).isPresent();
    }
  }
}
