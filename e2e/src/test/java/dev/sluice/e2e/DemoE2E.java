package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.RealParts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The demo as a newcomer runs it.
final class DemoE2E {

  private static final int TIMEOUT_SECONDS = 120;

  @TempDir private Path folder;

  @Test
  void runs_without_claude_code() throws Exception {
    var demo = start("");
    var lines = lines(demo);
    assertThat(lines)
        .contains("  Claude Code: not on the PATH, so what it once sent is sent again");
    assertThat(lines)
        .anySatisfy(line -> assertThat(line).contains("  Budget of key bob has too little left"));
    ended(demo, lines);
  }

  @Test
  void runs_with_the_real_claude_code() throws Exception {
    var demo = start(RealParts.claude().toString());
    var lines = lines(demo);
    assertThat(lines)
        .contains("    The file a.txt has ten bytes.")
        .anySatisfy(line -> assertThat(line).contains("API Error: Request rejected (429) · "));
    ended(demo, lines);
  }

  @Test
  void leaves_nothing_behind_when_it_is_interrupted() throws Exception {
    var demo = start("");
    var output = demo.inputReader();
    var line = output.readLine();
    while (line != null && !line.startsWith("alice presses Esc")) {
      line = output.readLine();
    }
    assertThat(line).isNotNull();
    var processes = demo.descendants().toList();
    assertThat(processes).hasSizeGreaterThan(2);
    demo.destroy();
    assertThat(demo.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
    Awaitility.await()
        .atMost(Duration.ofSeconds(2))
        .untilAsserted(() -> assertThat(processes).noneMatch(ProcessHandle::isAlive));
    assertThat(folder).isEmptyDirectory();
  }

  private void ended(Process demo, List<String> lines) throws InterruptedException {
    assertThat(demo.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(demo.exitValue()).as(String.join("\n", lines)).isZero();
    assertThat(lines)
        .contains("Ledger and bill agree, no hold is left, and no budget was crossed.")
        .anySatisfy(line -> assertThat(line).endsWith("equal to the nano-dollar"))
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    showsTools(lines);
    assertThat(folder).isEmptyDirectory();
  }

  private static void showsTools(List<String> lines) {
    var seen = lines.stream().filter(line -> line.startsWith("  alice sees  ")).toList();
    assertThat(seen)
        .containsExactly(
            "  alice sees         people__find_person, tracker__get_issue, tracker__list_issues",
            "  alice sees         people__find_person, tracker__list_issues");
    assertThat(lines)
        .anySatisfy(line -> assertThat(line).endsWith(" $0.002000000  completed"))
        .anySatisfy(line -> assertThat(line).startsWith("  +  \"description\" : \"Gets an issue"))
        .anySatisfy(line -> assertThat(line).startsWith("  digest sha256:"))
        .contains("  answers {\"search\":10,\"mobile\":10,\"payments\":10}");
    assertThat(tokens(lines, "  by a program")).isLessThan(tokens(lines, "  tool by tool") / 4);
  }

  /// The last number of the line that begins so.
  private static int tokens(List<String> lines, String begin) {
    var line = lines.stream().filter(l -> l.startsWith(begin)).findFirst().orElseThrow();
    return Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1).replace(",", ""));
  }

  private Process start(String claude) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("--sun-misc-unsafe-memory-access=allow"));
    command.addAll(List.of("-Djava.io.tmpdir=" + folder));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.sluice.demo.Demo"));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SLUICE_CLAUDE", claude);
    builder.environment().put("PATH", pathWithoutClaude());
    return builder.start();
  }

  private static List<String> lines(Process demo) {
    return demo.inputReader().lines().toList();
  }

  private static String pathWithoutClaude() {
    var folders = new ArrayList<String>();
    for (var folder : System.getenv("PATH").split(":", -1)) {
      if (!Files.exists(Path.of(folder, "claude"))) {
        folders.add(folder);
      }
    }
    return String.join(":", folders);
  }
}
