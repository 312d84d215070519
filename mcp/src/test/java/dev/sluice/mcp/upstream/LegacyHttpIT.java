package dev.sluice.mcp.upstream;

import static dev.sluice.mcp.upstream.Opened.echo;
import static dev.sluice.mcp.upstream.Opened.failure;
import static dev.sluice.mcp.upstream.Opened.json;
import static dev.sluice.mcp.upstream.Opened.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.mcp.rpc.ProtocolVersion;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.Tally;
import dev.sluice.testkit.http.Ending;
import dev.sluice.testkit.mcp.LegacyMcpSimulator;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.McpScript.Answers;
import dev.sluice.testkit.mcp.OldMcpSimulator;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LegacyHttpIT {

  private static final McpScript EVENTS = McpScript.STANDARD.with(Answers.EVENTS);

  @ParameterizedTest
  @EnumSource(McpScript.Probe.class)
  void begins_a_session_with_a_server_that_does_not_know_the_modern_question(
      McpScript.Probe probe) {
    try (var server = LegacyMcpSimulator.start(McpScript.STANDARD.with(probe));
        var opened = Opened.http(server.url())) {
      assertThat(opened.text(echo("hello"))).isEqualTo("hello");
      assertThat(opened.connection.card().orElseThrow().version())
          .isEqualTo(ProtocolVersion.V2025_11_25);
      assertThat(server.violations()).isEmpty();
      assertThat(server.sessions()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2025-06-18", "2025-03-26"})
  void speaks_the_older_version_that_a_server_answers_with(String version) {
    try (var server = LegacyMcpSimulator.start(McpScript.STANDARD.withVersions(List.of(version)));
        var opened = Opened.http(server.url())) {
      assertThat(opened.text(echo("hello"))).isEqualTo("hello");
      assertThat(opened.connection.card().orElseThrow().version().date()).isEqualTo(version);
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void refuses_a_server_of_an_unknown_version() {
    try (var server =
            LegacyMcpSimulator.start(McpScript.STANDARD.withVersions(List.of("1999-01-01")));
        var opened = Opened.http(server.url())) {
      await().until(() -> opened.connection.health().lastFailure().isPresent());
      assertThat(opened.connection.health().lastFailure().orElseThrow().reason())
          .isEqualTo(Reason.UNKNOWN_VERSION);
    }
  }

  @Test
  void begins_a_new_session_when_the_server_forgot_it_and_no_caller_notices() {
    try (var server = LegacyMcpSimulator.start(McpScript.STANDARD);
        var opened = Opened.http(server.url())) {
      assertThat(opened.text(tool("count", json()))).isEqualTo("1");
      for (var run = 2; run < 5; run++) {
        server.forget();
        assertThat(opened.text(tool("count", json()))).isEqualTo("" + run);
      }
      assertThat(server.runs()).isEqualTo(4);
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void hands_on_progress_and_answers_what_a_server_asks_during_a_call() {
    try (var server = LegacyMcpSimulator.start(EVENTS);
        var opened = Opened.http(server.url())) {
      var told = new CopyOnWriteArrayList<String>();
      var slow = tool("slow", json().put("steps", 2).put("millis", 1));
      slow.params().putObject("_meta").put("progressToken", 7);
      assertThat(opened.text(slow.with(ModernHttpIT.telling(told)))).isEqualTo("done");
      assertThat(told).containsExactly("7 1", "7 2");
      var ask = tool("ask", json()).with(ModernHttpIT.named("Ada"));
      assertThat(opened.text(ask)).isEqualTo("accept Ada");
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void refuses_for_a_caller_that_cannot_be_asked_so_that_the_server_goes_on() {
    try (var server = LegacyMcpSimulator.start(EVENTS);
        var opened = Opened.http(server.url())) {
      var result = opened.call(tool("ask", json()));
      assertThat(result).isInstanceOf(CallResult.Refused.class);
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void tells_the_server_of_a_cancellation() {
    try (var server = LegacyMcpSimulator.start(EVENTS);
        var opened = Opened.http(server.url())) {
      var result = opened.cancelled(server::runs);
      assertThat(failure(result).reason()).isEqualTo(Reason.CANCELLED);
      await().until(() -> server.cancelled().size() == 1);
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void tells_what_is_cancelled_before_the_session_ends() {
    var heard = new CompletableFuture<Void>();
    try (var server = LegacyMcpSimulator.start(EVENTS);
        var opened = Opened.http(server.url())) {
      server.hold("notifications/cancelled", heard);
      opened.cancelled(server::runs);
      opened.connection.close();
      await().during(Duration.ofMillis(300)).until(() -> server.sessions() == 1);
      heard.complete(null);
      await().until(() -> server.sessions() == 0);
      assertThat(server.cancelled()).hasSize(1);
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void listens_again_where_the_server_takes_the_stream_before_for_open() {
    var begun = new CompletableFuture<Void>();
    try (var server = LegacyMcpSimulator.start(EVENTS)) {
      server.hold("notifications/initialized", begun);
      try (var opened = Opened.http(server.url())) {
        await().until(() -> server.sessions() == 1);
        server.occupied(true);
        begun.complete(null);
        await().until(() -> !server.violations().isEmpty());
        server.occupied(false);
        await().until(() -> server.listeners() == 1);
        assertThat(opened.text(echo("one"))).isEqualTo("one");
      }
    }
  }

  @Test
  void hears_changes_on_the_stream_of_the_server_and_answers_its_pings() {
    try (var server = LegacyMcpSimulator.start(McpScript.STANDARD);
        var opened = Opened.http(server.url())) {
      await().until(() -> server.listeners() == 1);
      server.toolsChanged();
      await().until(() -> opened.heard.contains("notifications/tools/list_changed"));
      server.askAll(41, "roots/list");
      await()
          .until(
              () ->
                  server.received().stream()
                      .anyMatch(
                          r ->
                              r.message().path("id").intValue(0) == 41
                                  && r.message().has("error")));
      assertThat(opened.tally.dropped(Tally.Dropped.UNANSWERABLE_REQUEST)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(Ending.class)
  void takes_a_stream_up_again_wherever_it_was_cut_or_fails_but_never_runs_a_call_twice(
      Ending ending) {
    var whole = resumedUpTo(ending, 100_000);
    assertThat(whole).isEqualTo("done");
    for (var bytes = 1; bytes < 420; bytes += 7) {
      var text = resumedUpTo(ending, bytes);
      assertThat(text).as("cut after %d bytes", bytes).isIn("done", "CUT");
      if (bytes > 170) {
        assertThat(text).as("cut after %d bytes", bytes).isEqualTo("done");
      }
    }
  }

  /// One call whose stream is cut; the first event, with its id, has about 160 bytes.
  private static String resumedUpTo(Ending ending, int bytes) {
    var script = EVENTS.with(new McpScript.Cut(bytes, ending));
    try (var server = LegacyMcpSimulator.start(script);
        var opened = Opened.http(server.url())) {
      var call = tool("slow", json().put("steps", 2).put("millis", 1));
      call.params().putObject("_meta").put("progressToken", "t");
      var result = opened.call(call);
      assertThat(server.runs()).isEqualTo(1);
      assertThat(server.violations()).isEmpty();
      return switch (result) {
        case CallResult.Result(var json) -> Opened.textOf(json);
        case CallResult.Failed(var failure) -> failure.reason().name();
        case CallResult.Refused(var error) -> "error " + error.code();
      };
    }
  }

  @Test
  void speaks_to_an_old_server_with_one_stream_of_events() {
    try (var server = OldMcpSimulator.start(McpScript.STANDARD);
        var opened = Opened.http(server.url())) {
      assertThat(opened.text(echo("old"))).isEqualTo("old");
      assertThat(opened.connection.card().orElseThrow().version())
          .isEqualTo(ProtocolVersion.V2024_11_05);
      assertThat(opened.text(tool("ask", json()).with(ModernHttpIT.named("Ada"))))
          .isEqualTo("accept Ada");
      server.toolsChanged();
      await().until(() -> opened.heard.contains("notifications/tools/list_changed"));
      var failure = failure(opened.call(tool("stall", json()).within(Duration.ofMillis(300))));
      assertThat(failure.reason()).isEqualTo(Reason.TOTAL_TIMEOUT);
      await().until(() -> server.cancelled().size() == 1);
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void connects_again_when_an_old_server_ends_its_stream() {
    try (var server = OldMcpSimulator.start(McpScript.STANDARD);
        var opened = Opened.http(server.url())) {
      opened.text(echo("one"));
      server.endStreams();
      await().until(() -> opened.connected.size() == 2);
      assertThat(opened.text(echo("two"))).isEqualTo("two");
    }
  }

  @Test
  void does_not_follow_an_old_server_to_another_origin() {
    try (var server =
            OldMcpSimulator.startWithEndpoint(McpScript.STANDARD, "http://169.254.169.254/x");
        var opened = Opened.http(server.url())) {
      await().until(() -> opened.connection.health().lastFailure().isPresent());
      assertThat(opened.connection.health().lastFailure().orElseThrow().reason())
          .isEqualTo(Reason.FORBIDDEN_ADDRESS);
    }
  }

  @Test
  void keeps_calls_apart_that_use_the_same_token_at_the_same_time() throws InterruptedException {
    try (var server = OldMcpSimulator.start(McpScript.STANDARD);
        var opened = Opened.http(server.url())) {
      opened.text(echo("connected"));
      var threads = new java.util.ArrayList<Thread>();
      var texts = new CopyOnWriteArrayList<String>();
      for (var i = 1; i <= 20; i++) {
        var steps = i % 4 + 1;
        threads.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      var told = new CopyOnWriteArrayList<String>();
                      var call = tool("slow", json().put("steps", steps).put("millis", 2));
                      call.params().putObject("_meta").put("progressToken", "same");
                      opened.text(call.with(ModernHttpIT.telling(told)));
                      texts.add(steps + "=" + told.size());
                    }));
      }
      for (var thread : threads) {
        thread.join();
      }
      assertThat(texts).hasSize(20).allMatch(t -> t.charAt(0) == t.charAt(2));
    }
  }
}
