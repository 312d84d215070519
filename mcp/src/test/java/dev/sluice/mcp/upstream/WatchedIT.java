package dev.sluice.mcp.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.CallResult.Result;
import dev.sluice.mcp.upstream.http.Credentials;
import dev.sluice.mcp.upstream.stdio.Command;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import dev.sluice.testkit.mcp.StdioProgram;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

/// Resources of a server of the modern era that are watched.
final class WatchedIT {

  private static CallResult ask(Opened opened, String method, String uri) {
    var params = JsonNodeFactory.instance.objectNode().put("uri", uri);
    return opened.connection.call(Call.of(method, params).within(Duration.ofSeconds(20)));
  }

  @Test
  void one_stream_is_open_for_all_that_is_watched_and_none_for_nothing() {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD);
        var opened = Opened.http(server.url(), Opened.LIMITS, Credentials.from(List::of))) {
      for (var uri : List.of("note://a/1", "note://a/2", "note://a/2")) {
        assertThat(ask(opened, "resources/subscribe", uri)).isInstanceOf(CallResult.Result.class);
      }
      await().until(() -> server.subscriptions() == 2);
      assertThat(ask(opened, "resources/unsubscribe", "note://a/1"))
          .isInstanceOf(CallResult.Result.class);
      await().until(() -> server.subscriptions() == 1);
      ask(opened, "resources/unsubscribe", "note://a/2");
      await().until(() -> server.subscriptions() == 0);
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void a_resource_that_is_gone_is_in_the_way_of_no_other() {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD);
        var opened = Opened.http(server.url(), Opened.LIMITS, Credentials.from(List::of))) {
      assertThat(ask(opened, "resources/subscribe", "note://a/1"))
          .isInstanceOf(CallResult.Result.class);
      server.remove("note://a/1");
      assertThat(ask(opened, "resources/subscribe", "note://a/2"))
          .isInstanceOf(CallResult.Result.class);
      assertThat(ask(opened, "resources/subscribe", "note://a/1"))
          .isInstanceOf(CallResult.Refused.class);
      await().until(() -> server.subscriptions() == 1);
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void a_program_tells_of_what_is_watched() {
    var command = Command.of(StdioProgram.command(List.of("modern")));
    try (var opened = Opened.program(command, Opened.LIMITS)) {
      for (var uri : List.of("note://a/1", "note://a/2")) {
        assertThat(ask(opened, "resources/subscribe", uri)).isInstanceOf(CallResult.Result.class);
      }
      await().until(() -> opened.heard.contains("notifications/resources/updated"));
      for (var uri : List.of("note://a/1", "note://a/2")) {
        assertThat(ask(opened, "resources/unsubscribe", uri)).isInstanceOf(CallResult.Result.class);
      }
    }
  }

  @Test
  void what_was_given_up_while_the_server_was_away_is_not_asked_for_again() {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD);
        var opened = Opened.http(server.url(), Opened.LIMITS, Credentials.from(List::of))) {
      ask(opened, "resources/subscribe", "note://a/1");
      server.leave();
      server.endStreams();
      ask(opened, "resources/subscribe", "note://a/2");
      await().until(() -> opened.connection.health().state() != Health.State.CONNECTED);
      assertThat(ask(opened, "resources/unsubscribe", "note://a/1"))
          .isInstanceOf(CallResult.Failed.class);
      var before = server.received().size();
      server.comeBack();
      await().atMost(Duration.ofSeconds(30)).until(() -> opened.connected.size() >= 2);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> ask(opened, "resources/subscribe", "note://a/2"), Result.class::isInstance);
      assertThat(server.received().subList(before, server.received().size()).toString())
          .contains("note://a/2")
          .doesNotContain("note://a/1");
    }
  }

  @Test
  void all_that_is_watched_is_asked_for_anew_with_one_stream() {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD);
        var opened = Opened.http(server.url(), Opened.LIMITS, Credentials.from(List::of))) {
      for (var uri : List.of("note://a/1", "note://a/2", "note://a/3")) {
        assertThat(ask(opened, "resources/subscribe", uri)).isInstanceOf(CallResult.Result.class);
      }
      server.leave();
      server.endStreams();
      // The end is seen with the next question.
      ask(opened, "resources/subscribe", "note://a/4");
      var before = server.received().size();
      server.comeBack();
      await().atMost(Duration.ofSeconds(30)).until(() -> server.subscriptions() == 3);
      assertThat(server.received().stream().skip(before))
          .filteredOn(request -> request.message().toString().contains("resourceSubscriptions"))
          .hasSize(1);
      await()
          .until(
              () ->
                  opened.heard.stream().filter("notifications/resources/updated"::equals).count()
                      >= 3);
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void a_resource_with_a_name_that_is_too_long_is_not_watched() {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD);
        var opened = Opened.http(server.url(), Opened.LIMITS, Credentials.from(List::of))) {
      var result = ask(opened, "resources/subscribe", "note://a/" + "1".repeat(8184));
      assertThat(result)
          .isInstanceOfSatisfying(
              CallResult.Refused.class,
              refused ->
                  assertThat(refused.error().json().toString())
                      .contains("uri: 8193 (expected: at most 8192 characters)"));
    }
  }

  @Test
  void a_server_that_is_gone_is_told_of_at_once() {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD);
        var opened = Opened.http(server.url(), Opened.LIMITS, Credentials.from(List::of))) {
      assertThat(ask(opened, "resources/subscribe", "note://a/1"))
          .isInstanceOf(CallResult.Result.class);
      server.leave();
      server.endStreams();
      var since = System.nanoTime();
      assertThat(ask(opened, "resources/subscribe", "note://a/2"))
          .isInstanceOf(CallResult.Failed.class);
      assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(10));
      server.comeBack();
      await().atMost(Duration.ofSeconds(30)).until(() -> server.subscriptions() == 1);
    }
  }
}
