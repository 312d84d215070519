package dev.sluice.mcp.upstream;

import static dev.sluice.mcp.upstream.Opened.echo;
import static dev.sluice.mcp.upstream.Opened.failure;
import static dev.sluice.mcp.upstream.Opened.json;
import static dev.sluice.mcp.upstream.Opened.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallFailure;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.Tally;
import dev.sluice.mcp.upstream.call.UpstreamLimits;
import dev.sluice.testkit.http.Ending;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.McpScript.Answers;
import dev.sluice.testkit.mcp.McpScript.Lie;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class HostileServerIT {

  private static final Duration LONG = Duration.ofSeconds(20);

  /// Of little, but patient: what is not about time ends by no time.
  private static final UpstreamLimits LITTLE =
      Opened.LIMITS
          .with(Opened.LIMITS.times().withSilenceMax(LONG))
          .withMessageBytesMax(1_000_000)
          .withStreamBytesMax(3_000_000);

  private static CallResult called(McpScript script, Call call) {
    return called(script, call, LITTLE);
  }

  /// The time of the call is not that of the connection.
  private static CallResult called(McpScript script, Call call, UpstreamLimits limits) {
    try (var server = ModernMcpSimulator.start(script);
        var opened = Opened.http(server.url(), limits)) {
      await().until(() -> !opened.connected.isEmpty());
      return opened.call(call);
    }
  }

  /// Patient in all but these two.
  private static UpstreamLimits within(Duration connectMax, Duration idleMax) {
    var times = Opened.LIMITS.times();
    return Opened.LIMITS.with(
        new UpstreamLimits.Times(
            connectMax,
            LONG,
            idleMax,
            times.totalMax(),
            times.probeMax(),
            times.listenIdleMax(),
            times.checkEvery(),
            times.backOffMin(),
            times.backOffMax(),
            times.stopMax()));
  }

  @ParameterizedTest
  @CsvSource({
    "ANOTHERS_ID,MALFORMED",
    "WRONG_TYPE,MALFORMED",
    "NO_JSON,MALFORMED",
    "BOTH,MALFORMED",
    "DEEP,TOO_LARGE",
    "REDIRECT,HTTP_FAILED",
    "COMPRESSED,MALFORMED",
    "ENDLESS_HEAD,MALFORMED",
    "TRICKLE,TOTAL_TIMEOUT"
  })
  void names_what_is_wrong_with_an_answer(Lie lie, Reason reason) {
    var call = echo("a text that takes longer than it may when it comes a byte at a time");
    var timed = lie == Lie.TRICKLE ? call.within(Duration.ofMillis(1500)) : call;
    assertThat(failure(called(McpScript.STANDARD.with(lie), timed)).reason()).isEqualTo(reason);
  }

  @ParameterizedTest
  @CsvSource({"ANOTHERS_ID,CUT", "NO_ANSWER,CUT", "NO_JSON,MALFORMED", "DEEP,TOO_LARGE"})
  void names_what_is_wrong_with_a_stream(Lie lie, Reason reason) {
    var script = McpScript.STANDARD.with(lie).with(Answers.EVENTS);
    assertThat(failure(called(script, echo("x"))).reason()).isEqualTo(reason);
  }

  @Test
  void drops_and_counts_what_is_for_another_call() {
    for (var lie : new Lie[] {Lie.ANOTHERS_ID_FIRST, Lie.ANOTHERS_PROGRESS}) {
      var script = McpScript.STANDARD.with(lie).with(Answers.EVENTS);
      try (var server = ModernMcpSimulator.start(script);
          var opened = Opened.http(server.url(), LITTLE)) {
        var told = new CopyOnWriteArrayList<String>();
        assertThat(opened.text(echo("mine").with(ModernHttpIT.telling(told)))).isEqualTo("mine");
        assertThat(told).isEmpty();
        var counted =
            lie == Lie.ANOTHERS_ID_FIRST
                ? Tally.Dropped.UNKNOWN_ANSWER
                : Tally.Dropped.UNKNOWN_PROGRESS;
        assertThat(opened.tally.dropped(counted)).isEqualTo(1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Answers.class)
  void a_result_that_is_too_large_ends_its_call_and_no_other(Answers answers) {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD.with(answers));
        var opened = Opened.http(server.url(), LITTLE)) {
      var huge = tool("huge", json().put("bytes", 100 * 1024 * 1024));
      var before = System.nanoTime();
      assertThat(failure(opened.call(huge.within(Duration.ofSeconds(20)))).reason())
          .isEqualTo(Reason.TOO_LARGE);
      assertThat(System.nanoTime() - before).isLessThan(Duration.ofSeconds(15).toNanos());
      assertThat(opened.text(echo("still here"))).isEqualTo("still here");
    }
  }

  @Test
  void a_flood_of_messages_ends_at_the_limit_of_the_stream() {
    var flood = tool("flood", json().put("count", 100_000).put("bytes", 500));
    var result = called(McpScript.STANDARD.with(Answers.EVENTS), flood);
    assertThat(failure(result).reason()).isEqualTo(Reason.TOO_LARGE);
  }

  @Test
  void a_server_that_stalls_is_given_up_in_each_part_of_its_answer() {
    var stall = tool("stall", json());
    assertThat(failure(silent(McpScript.STANDARD, stall)).reason())
        .isEqualTo(Reason.FIRST_BYTE_TIMEOUT);
    var late = McpScript.STANDARD.withHeaderDelay(LONG);
    assertThat(failure(silent(late, echo("x"))).reason()).isEqualTo(Reason.FIRST_BYTE_TIMEOUT);
    // Comments keep the stream alive, but not for longer than the whole call may take.
    var events = McpScript.STANDARD.with(Answers.EVENTS);
    assertThat(failure(called(events, stall.within(Duration.ofMillis(1500)))).reason())
        .isEqualTo(Reason.TOTAL_TIMEOUT);
  }

  /// Connects to a server that is as quick as it can be, and has little patience for the call.
  private static CallResult silent(McpScript script, Call call) {
    return called(script, call, LITTLE.with(LITTLE.times().withSilenceMax(Duration.ofMillis(700))));
  }

  @Test
  void a_server_that_is_silent_within_its_answer_is_given_up() {
    // The simulator shows life each 500 ms.
    var events = McpScript.STANDARD.with(Answers.EVENTS);
    var stall = tool("stall", json());
    var silent = within(LONG, Duration.ofMillis(250));
    var failure = failure(called(events, stall, silent));
    assertThat(failure.reason()).isEqualTo(Reason.IDLE_TIMEOUT);
    assertThat(failure.effect()).isEqualTo(CallFailure.Effect.MAY_HAVE_RUN);
    assertThat(failure.detail()).isEqualTo("silent for PT0.25S");
  }

  @Test
  void a_server_that_takes_no_connection_is_given_up_and_nothing_has_run() throws Exception {
    var waiting = new ArrayList<Socket>();
    try (var deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      fill(deaf, waiting);
      var url = URI.create("http://127.0.0.1:%d/mcp".formatted(deaf.getLocalPort()));
      var limits = within(Duration.ofMillis(300), LONG);
      try (var opened = Opened.http(url, limits)) {
        await().until(() -> opened.connection.health().lastFailure().isPresent());
        var failure = opened.connection.health().lastFailure().orElseThrow();
        assertThat(failure.reason()).isEqualTo(Reason.CONNECT_TIMEOUT);
        assertThat(failure.detail()).isEqualTo("no connection within PT0.3S");
        assertThat(failure(opened.call(echo("x"))).effect())
            .isEqualTo(CallFailure.Effect.NEVER_RUN);
      }
    } finally {
      for (var socket : waiting) {
        socket.close();
      }
    }
  }

  /// Connects until nobody takes one more.
  private static void fill(ServerSocket deaf, List<Socket> waiting) throws IOException {
    var address = new InetSocketAddress(deaf.getInetAddress(), deaf.getLocalPort());
    while (waiting.size() < 100) {
      var socket = new Socket();
      waiting.add(socket);
      try {
        socket.connect(address, 1_000);
      } catch (SocketTimeoutException _) {
        return;
      }
    }
    throw new AssertionError("connections have no end");
  }

  @ParameterizedTest
  @EnumSource(Ending.class)
  void an_answer_that_is_cut_anywhere_is_whole_or_a_failure(Ending ending) {
    for (var answers : Answers.values()) {
      int whole = 0;
      for (var bytes = 0; bytes < 260; bytes += 5) {
        var script = McpScript.STANDARD.with(answers).with(new McpScript.Cut(bytes, ending));
        try (var server = ModernMcpSimulator.start(script);
            var opened = Opened.http(server.url(), LITTLE)) {
          var result = opened.call(echo("whole"));
          if (result instanceof CallResult.Result(var json)) {
            assertThat(Opened.textOf(json)).isEqualTo("whole");
            whole++;
          } else {
            assertThat(failure(result).reason())
                .as("%s at %d", answers, bytes)
                .isEqualTo(Reason.CUT);
          }
          assertThat(server.runs()).isEqualTo(1);
        }
      }
      assertThat(whole).as("%s", answers).isBetween(1, 51);
    }
  }
}
