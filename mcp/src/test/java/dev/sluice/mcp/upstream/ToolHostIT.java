package dev.sluice.mcp.upstream;

import static dev.sluice.mcp.upstream.Opened.echo;
import static dev.sluice.mcp.upstream.Opened.failure;
import static dev.sluice.mcp.upstream.Opened.json;
import static dev.sluice.mcp.upstream.Opened.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.stdio.Command;
import dev.sluice.mcp.upstream.stdio.Launcher;
import dev.sluice.mcp.upstream.stdio.ToolHost;
import dev.sluice.testkit.mcp.StdioProgram;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Programs that a tool host starts for a gateway.
final class ToolHostIT {

  private static final ToolHost.Limits LIMITS =
      new ToolHost.Limits(2, Duration.ofMillis(200), Duration.ofSeconds(2));
  private static final String JAVA = StdioProgram.command(List.of("legacy")).getFirst();

  @TempDir Path folder;
  private ToolHost host;

  @BeforeEach
  void start() throws Exception {
    host = ToolHost.start(socket(), Set.of(JAVA), LIMITS);
  }

  @AfterEach
  void stop() throws Exception {
    host.close();
  }

  private Path socket() {
    return folder.resolve("tools.sock");
  }

  private Opened program(Command command) {
    return Opened.program(new Launcher.Host(socket()), command, Opened.LIMITS);
  }

  private Opened program(String... traits) {
    return program(Command.of(StdioProgram.command(List.of(traits))));
  }

  /// Programs of Java that run below this one: those of tests.
  private static long family() {
    return ProcessHandle.current()
        .descendants()
        .filter(ProcessHandle::isAlive)
        .filter(program -> program.info().command().orElse("").endsWith("java"))
        .count();
  }

  private static void assertAway(Opened opened, String why) {
    assertThat(failure(opened.call(echo("x"))).detail()).contains(why);
  }

  /// What the host says to this, and to nothing more.
  private String say(String text) throws Exception {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket()));
      var answer = ByteBuffer.allocate(4096);
      try {
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        while (channel.read(answer) >= 0 && answer.hasRemaining()) {
          // until the host leaves
        }
      } catch (SocketException e) {
        // The host has left without reading all.
      }
      return StandardCharsets.UTF_8.decode(answer.flip()).toString();
    }
  }

  @Test
  void a_program_of_the_host_answers_as_a_child_does_and_ends_with_its_connection() {
    // Programs of tests before this one may still be about to end.
    await().atMost(Duration.ofSeconds(20)).until(() -> family() == 0);
    try (var opened = program("modern")) {
      assertThat(opened.text(echo("line\nbreak"))).isEqualTo("line\nbreak");
      assertThat(family()).isPositive();
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> family() == 0);
  }

  @Test
  void a_program_gets_its_own_environment_and_nothing_of_the_hosts() {
    var command =
        new Command(
            StdioProgram.command(List.of("legacy")), Map.of("TOKEN", "t1"), Optional.empty());
    try (var opened = program(command)) {
      var names = List.of(opened.text(tool("env", json())).split(" "));
      assertThat(names).contains("HOME", "PATH", "TOKEN");
      assertThat(names).isSubsetOf("HOME", "PATH", "TOKEN", "LD_LIBRARY_PATH", "NLSPATH");
    }
  }

  @Test
  void what_starts_with_another_word_is_not_started() {
    for (var word : List.of("sh", Path.of(JAVA).getFileName().toString(), JAVA + " ")) {
      try (var opened = program(Command.of(List.of(word, JAVA)))) {
        assertAway(opened, "the program is not allowed here");
      }
    }
  }

  @Test
  void more_programs_than_it_may_run_are_refused_until_one_ends() {
    try (var first = program("modern")) {
      first.text(echo("1"));
      try (var second = program("modern")) {
        second.text(echo("2"));
        try (var third = program("modern")) {
          assertAway(third, "too many programs run (expected: 2 or fewer)");
          second.close();
          await().atMost(Duration.ofSeconds(20)).until(() -> third.connected.size() == 1);
          assertThat(third.text(echo("4"))).isEqualTo("4");
        }
      }
    }
  }

  @Test
  void a_program_that_ended_is_started_again() {
    try (var opened = program("legacy")) {
      opened.text(echo("ready"));
      ProcessHandle.current()
          .descendants()
          .filter(p -> p.info().command().orElse("").equals(JAVA))
          .forEach(ProcessHandle::destroyForcibly);
      await().atMost(Duration.ofSeconds(20)).until(() -> opened.connected.size() == 2);
      assertThat(opened.text(echo("again"))).isEqualTo("again");
    }
  }

  @Test
  void a_program_ends_at_once_whose_connection_is_closed_while_it_is_opened() {
    await().atMost(Duration.ofSeconds(20)).until(() -> family() == 0);
    var limits = Opened.LIMITS.with(Opened.LIMITS.times().withProbeMax(Duration.ofMinutes(5)));
    var mute = Command.of(StdioProgram.command(List.of("legacy", "mute", "stubborn")));
    try (var _ = Opened.program(new Launcher.Host(socket()), mute, limits)) {
      await().atMost(Duration.ofSeconds(20)).until(() -> family() == 1);
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> family() == 0);
  }

  @Test
  void a_program_that_does_not_read_ends() throws Exception {
    var before = ProcessHandle.current().descendants().toList();
    try (var own = ToolHost.start(folder.resolve("own.sock"), Set.of("sleep"), LIMITS);
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      assertThat(own).isNotNull();
      channel.connect(UnixDomainSocketAddress.of(folder.resolve("own.sock")));
      channel.write(bytes("{\"command\":[\"sleep\",\"614\"],\"environment\":{}}\n"));
      await().until(() -> started(before) == 1);
      // More than a pipe takes.
      channel.write(bytes("x".repeat(200_000)));
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> started(before) == 0);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static long started(List<ProcessHandle> before) {
    return ProcessHandle.current()
        .descendants()
        .filter(ProcessHandle::isAlive)
        .filter(program -> !before.contains(program))
        .count();
  }

  @Test
  void a_host_that_says_nothing_is_left_at_once_when_the_connection_is_closed() throws Exception {
    var silent = folder.resolve("silent.sock");
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(silent));
      var command = Command.of(StdioProgram.command(List.of("legacy")));
      var opened = Opened.program(new Launcher.Host(silent), command, Opened.LIMITS);
      try (var asked = server.accept()) {
        assertThat(asked.read(ByteBuffer.allocate(256 * 1024))).isPositive();
        opened.close();
        var since = System.nanoTime();
        while (asked.read(ByteBuffer.allocate(256 * 1024)) >= 0) {
          // until the gateway leaves
        }
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(8));
      }
    }
  }

  @Test
  void a_large_result_passes_and_the_gateways_bound_on_lines_still_holds() {
    try (var opened =
        Opened.program(
            new Launcher.Host(socket()),
            Command.of(StdioProgram.command(List.of("legacy"))),
            Opened.LIMITS.withMessageBytesMax(100_000))) {
      var huge = tool("huge", json().put("bytes", 20_000_000));
      assertThat(failure(opened.call(huge)).reason()).isEqualTo(Reason.TOO_LARGE);
      assertThat(opened.text(echo("still here"))).isEqualTo("still here");
    }
  }

  @Test
  void what_is_no_request_starts_nothing_and_the_host_goes_on() throws Exception {
    assertThat(say("no json\n")).isEmpty();
    assertThat(say("{\"command\":[],\"environment\":{}}\n")).isEmpty();
    assertThat(say("{\"command\":[1]}\n")).isEmpty();
    assertThat(say("{\"command\":[\"%s\\u0000\"]}\n".formatted(JAVA))).isEmpty();
    assertThat(say("{\"command\":[\"sh\"]}\n")).contains("not allowed");
    assertThat(say("x".repeat(300_000))).isEmpty();
    try (var opened = program("legacy")) {
      assertThat(opened.text(echo("hello"))).isEqualTo("hello");
    }
  }

  @Test
  void who_asks_for_nothing_is_left() throws Exception {
    assertThat(say("")).isEmpty();
  }

  @Test
  void its_socket_is_for_its_own_user_and_goes_with_it() throws Exception {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
        .isEqualTo("rw-------");
    host.close();
    assertThat(socket()).doesNotExist();
  }

  @Test
  void a_gateway_without_a_place_for_programs_says_so() {
    var command = Command.of(StdioProgram.command(List.of("legacy")));
    try (var opened = Opened.program(new Launcher.Nowhere(), command, Opened.LIMITS)) {
      assertAway(opened, "this gateway starts no programs");
    }
  }
}
