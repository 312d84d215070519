package dev.sluice.mcp.upstream;

import static dev.sluice.mcp.upstream.Opened.echo;
import static dev.sluice.mcp.upstream.Opened.failure;
import static dev.sluice.mcp.upstream.Opened.json;
import static dev.sluice.mcp.upstream.Opened.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.mcp.rpc.Era;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.Tally;
import dev.sluice.mcp.upstream.stdio.Command;
import dev.sluice.mcp.upstream.stdio.StdioOpener;
import dev.sluice.testkit.mcp.StdioProgram;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class StdioIT {

  private static Opened program(String... traits) {
    return Opened.program(Command.of(StdioProgram.command(List.of(traits))), Opened.LIMITS);
  }

  /// The programs that this process has started, and what they have started.
  private static List<ProcessHandle> family() {
    return ProcessHandle.current().descendants().filter(ProcessHandle::isAlive).toList();
  }

  @Test
  void speaks_to_a_modern_program_and_hears_its_changes() {
    try (var opened = program("modern", "noise")) {
      assertThat(opened.text(echo("line\nbreak"))).isEqualTo("line\nbreak");
      assertThat(opened.connection.card().orElseThrow().era()).isEqualTo(Era.MODERN);
      await().until(() -> opened.heard.contains("notifications/tools/list_changed"));
      assertThat(opened.tally.dropped(Tally.Dropped.MALFORMED)).isEqualTo(1);
    }
  }

  @Test
  void speaks_to_a_program_of_the_legacy_era_even_if_the_question_ends_it() {
    try (var opened = program("fragile")) {
      assertThat(opened.text(echo("hello"))).isEqualTo("hello");
      assertThat(opened.connection.card().orElseThrow().era()).isEqualTo(Era.LEGACY);
      var told = new CopyOnWriteArrayList<String>();
      var slow = tool("slow", json().put("steps", 2).put("millis", 1));
      slow.params().putObject("_meta").put("progressToken", "mine");
      assertThat(opened.text(slow.with(ModernHttpIT.telling(told)))).isEqualTo("done");
      assertThat(told).containsExactly("mine 1", "mine 2");
      assertThat(opened.text(tool("ask", json()).with(ModernHttpIT.named("Ada"))))
          .isEqualTo("accept Ada");
    }
  }

  @Test
  void takes_a_program_that_is_silent_for_one_of_the_legacy_era() {
    var limits = Opened.LIMITS.with(Opened.LIMITS.times().withProbeMax(Duration.ofMillis(1500)));
    var command = Command.of(StdioProgram.command(List.of("legacy", "mute")));
    try (var opened = Opened.program(command, limits)) {
      assertThat(opened.text(echo("hello"))).isEqualTo("hello");
    }
  }

  @Test
  void tells_a_program_that_a_call_was_given_up_and_drops_what_it_says_later() {
    try (var opened = program("legacy")) {
      opened.text(echo("ready"));
      var stall = tool("stall", json()).within(Duration.ofMillis(200));
      assertThat(failure(opened.call(stall)).reason()).isEqualTo(Reason.TOTAL_TIMEOUT);
      // The simulated tool answers with an error when it is cancelled, for an id that is closed.
      await().until(() -> opened.tally.dropped(Tally.Dropped.UNKNOWN_ANSWER) >= 1);
      assertThat(opened.text(echo("next"))).isEqualTo("next");
    }
  }

  @Test
  void gives_a_program_nothing_of_our_environment() {
    var command =
        new Command(
            StdioProgram.command(List.of("legacy")), Map.of("TOKEN", "t1"), Optional.empty());
    try (var opened = Opened.program(command, Opened.LIMITS)) {
      var names = List.of(opened.text(tool("env", json())).split(" "));
      assertThat(names).contains("HOME", "PATH", "TOKEN");
      assertThat(names).isSubsetOf("HOME", "PATH", "TOKEN", "LD_LIBRARY_PATH", "NLSPATH");
    }
  }

  @Test
  void starts_a_program_again_that_ended_and_ends_all_that_it_started() {
    var before = family();
    var sleepers = new java.util.HashSet<ProcessHandle>();
    try (var opened = program("legacy", "family", "stubborn")) {
      opened.text(echo("ready"));
      await().until(() -> sleepers(before).size() == 1);
      sleepers.addAll(sleepers(before));
      // The time in which it is looked for what a program has started.
      await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
      var program =
          family().stream().filter(p -> !before.contains(p) && !sleepers.contains(p)).toList();
      assertThat(program).hasSize(1);
      program.getFirst().destroyForcibly();
      await().until(() -> opened.connected.size() == 2);
      assertThat(opened.text(echo("again"))).isEqualTo("again");
      assertThat(opened.connection.health().lastFailure().orElseThrow().detail())
          .contains("status 137");
      sleepers.addAll(sleepers(before));
    }
    assertThat(sleepers).hasSize(2);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> sleepers.stream().noneMatch(ProcessHandle::isAlive));
    assertThat(family()).isSubsetOf(before);
  }

  @Test
  void a_program_ends_at_once_whose_connection_is_closed_while_it_is_opened() {
    var limits = Opened.LIMITS.with(Opened.LIMITS.times().withProbeMax(Duration.ofMinutes(5)));
    // It reads nothing, and has started another one.
    var command = Command.of(List.of("sh", "-c", "sleep 611 & exec sleep 612"));
    var before = family();
    var sleepers = new java.util.HashSet<ProcessHandle>();
    try (var _ = Opened.program(command, limits)) {
      await().until(() -> sleepers(before).size() == 2);
      sleepers.addAll(sleepers(before));
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> sleepers.stream().noneMatch(ProcessHandle::isAlive));
    await().until(() -> before.containsAll(family()));
  }

  @Test
  void a_program_that_does_not_read_ends_with_its_connection() {
    var card = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"supportedVersions\":[\"2026-07-28\"]}}";
    var command = Command.of(List.of("sh", "-c", "read x; echo '" + card + "'; exec sleep 613"));
    var before = family();
    var sleepers = new java.util.HashSet<ProcessHandle>();
    try (var opened = Opened.program(command, Opened.LIMITS)) {
      await().until(() -> sleepers(before).size() == 1);
      sleepers.addAll(sleepers(before));
      await().until(() -> !opened.connected.isEmpty());
      // More than a pipe takes.
      var large = echo("x".repeat(1_000_000)).within(Duration.ofMillis(500));
      assertThat(failure(opened.call(large)).reason()).isEqualTo(Reason.TOTAL_TIMEOUT);
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> sleepers.stream().noneMatch(ProcessHandle::isAlive));
  }

  private static List<ProcessHandle> sleepers(List<ProcessHandle> before) {
    return family().stream()
        .filter(p -> !before.contains(p))
        .filter(p -> p.info().command().orElse("").contains("sleep"))
        .toList();
  }

  @Test
  void a_line_that_is_too_long_ends_its_call_and_not_the_program() {
    var limits = Opened.LIMITS.withMessageBytesMax(100_000);
    var command = Command.of(StdioProgram.command(List.of("legacy")));
    try (var opened = Opened.program(command, limits)) {
      var huge = tool("huge", json().put("bytes", 20_000_000));
      assertThat(failure(opened.call(huge)).reason()).isEqualTo(Reason.TOO_LARGE);
      assertThat(opened.text(echo("still here"))).isEqualTo("still here");
      assertThat(opened.connected).hasSize(1);
    }
  }

  @Test
  void keeps_the_end_of_what_a_program_says_beside_its_answers_without_its_secrets() {
    var command =
        new Command(
            StdioProgram.command(List.of("legacy", "chatty")),
            Map.of("SIMULATED_SECRET", "s3cr3t-value"),
            Optional.empty());
    try (var opened = Opened.program(command, Opened.LIMITS)) {
      assertThat(opened.text(echo("ready"))).isEqualTo("ready");
      await().until(() -> opened.lastWords().contains("secret="));
      assertThat(opened.lastWords()).doesNotContain("s3cr3t").hasSizeLessThan(17_000);
    }
  }

  @Test
  void what_a_shell_would_read_reaches_a_program_as_it_is() {
    // The shell is the program here, and prints what follows its own words.
    var before = family();
    var word = "; exit 3 #$(id) `id` \"$HOME\" '*' & | > x";
    var print = "printf '%s|' \"$@\" >&2";
    var command = Command.of(List.of("sh", "-c", print, "sh", word, "", "two words"));
    try (var opened = Opened.program(command, Opened.LIMITS)) {
      await().untilAsserted(() -> assertThat(opened.lastWords()).startsWith(word + "||two words|"));
    }
    await().until(() -> before.containsAll(family()));
  }

  @Test
  void logs_once_what_a_program_said_before_it_ended() {
    var log = (Logger) LoggerFactory.getLogger(StdioOpener.class);
    var lines = new ListAppender<ILoggingEvent>();
    lines.start();
    log.addAppender(lines);
    log.setLevel(Level.INFO);
    var command =
        new Command(
            List.of("sh", "-c", "echo no licence for $TOKEN >&2; exit 3"),
            Map.of("TOKEN", "s3cr3t-value"),
            Optional.empty());
    try (var opened = Opened.program(command, Opened.LIMITS)) {
      // It was started as a program of either era by then.
      await().until(() -> opened.connection.health().state() == Health.State.BACKING_OFF);
      await().until(() -> saidBy(lines).findAny().isPresent());
      assertThat(saidBy(lines))
          .containsExactly("sh ended, and had said on its standard error: no licence for ***");
    } finally {
      log.setLevel(null);
      log.detachAppender(lines);
    }
  }

  /// Programs of tests before this one may still be told of.
  private static Stream<String> saidBy(ListAppender<ILoggingEvent> lines) {
    return List.copyOf(lines.list).stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(line -> line.contains("no licence"));
  }

  @Test
  void says_how_a_program_ended_however_soon_it_did() {
    var command = Command.of(List.of("sh", "-c", "exit 3"));
    for (int i = 0; i < 20; i++) {
      try (var opened = Opened.program(command, Opened.LIMITS)) {
        await().until(() -> opened.connection.health().lastFailure().isPresent());
        var failure = opened.connection.health().lastFailure().orElseThrow();
        assertThat(failure.detail()).isEqualTo("the program ended with status 3");
      }
    }
  }

  @Test
  void says_which_program_cannot_be_started_and_nothing_of_its_arguments() {
    var command = Command.of(List.of("/nowhere/no-such-program", "--token=s3cr3t"));
    try (var opened = Opened.program(command, Opened.LIMITS)) {
      await().until(() -> opened.connection.health().lastFailure().isPresent());
      var failure = opened.connection.health().lastFailure().orElseThrow();
      assertThat(failure.reason()).isEqualTo(Reason.UNREACHABLE);
      assertThat(failure.detail()).contains("no-such-program").doesNotContain("s3cr3t");
      var refused = opened.call(Call.of("tools/list"));
      assertThat(refused).isInstanceOf(CallResult.Failed.class);
    }
  }
}
