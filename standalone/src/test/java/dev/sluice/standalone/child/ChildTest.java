package dev.sluice.standalone.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildTest {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  @TempDir Path folder;

  private Child start(String script) throws IOException {
    return Child.start("test", List.of("/bin/sh", "-c", script), folder.resolve("test.log"));
  }

  @Test
  void tells_how_it_ended_and_what_it_printed_last() throws Exception {
    var child = start("echo one; echo two >&2; exit 7");
    assertThat(child.awaitExit()).isEqualTo(7);
    assertThat(child.alive()).isFalse();
    assertThat(child.lastLines()).containsExactly("one", "two");
    assertThat(folder.resolve("test.log")).hasContent("one\ntwo");
  }

  @Test
  void has_a_session_of_its_own() throws Exception {
    var child = start("exec sleep 60");
    var session = session(child.pid());
    child.end(PATIENCE);
    assertThat(session).isNotEqualTo(session(ProcessHandle.current().pid()));
  }

  @Test
  void inherits_no_secret_from_the_environment() throws Exception {
    var child = start("env");
    child.awaitExit();
    var names = child.lastLines().stream().map(line -> line.replaceFirst("=.*", "")).toList();
    assertThat(names)
        .contains("PATH")
        .isSubsetOf(
            Set.of("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "PWD", "_"));
  }

  @Test
  void is_killed_where_it_will_not_end() throws Exception {
    var child = start("trap '' TERM; echo ready; while true; do sleep 1; done");
    await().until(() -> child.lastLines().contains("ready"));
    child.end(Duration.ofMillis(100));
    assertThat(ProcessHandle.of(child.pid())).isEmpty();
  }

  @Test
  void that_ends_while_it_starts_is_an_error_with_its_last_words() throws Exception {
    var child = start("echo cannot bind; exit 1");
    assertThatThrownBy(() -> child.awaitReady(PATIENCE, () -> false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot bind");
  }

  @Test
  void that_does_not_serve_in_time_is_ended() throws Exception {
    var child = start("exec sleep 60");
    assertThatThrownBy(() -> child.awaitReady(Duration.ofMillis(50), () -> false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("did not serve in time");
    assertThat(child.alive()).isFalse();
  }

  @Test
  void has_a_log_of_bounded_size() throws Exception {
    var child = start("yes 'a line that is long enough' | head -c 20000000");
    child.awaitExit();
    try (var files = Files.list(folder)) {
      assertThat(files.mapToLong(file -> file.toFile().length()))
          .hasSize(2)
          .allMatch(size -> size <= (8 << 20) + 100);
    }
  }

  @Test
  void does_not_outlive_a_process_that_was_killed() throws Exception {
    var parent =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                ParentOfOne.class.getName(),
                folder.resolve("sleep.log").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var pid = Long.parseLong(parent.inputReader().readLine());
    assertThat(ProcessHandle.of(pid)).isPresent();
    parent.destroyForcibly().waitFor();
    await().atMost(Duration.ofSeconds(2)).until(() -> ProcessHandle.of(pid).isEmpty());
  }

  private static String session(long pid) throws IOException {
    var ps = new ProcessBuilder("ps", "-o", "sid=", "-p", Long.toString(pid)).start();
    return new String(ps.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
  }

  /// Starts a child, prints its number, and waits to be killed.
  static final class ParentOfOne {

    private ParentOfOne() {}

    public static void main(String[] arguments) throws Exception {
      var child = Child.start("sleep", List.of("sleep", "60"), Path.of(arguments[0]));
      System.out.println(child.pid());
      child.awaitExit();
    }
  }
}
