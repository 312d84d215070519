package dev.sluice.standalone.child;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {

  @TempDir Path folder;

  @Test
  void ends_a_leftover_that_is_ours() throws Exception {
    var mark = Files.createFile(folder.resolve("config"));
    var child = Child.start("tail", List.of("tail", "-f", mark.toString()), folder.resolve("log"));
    var file = new PidFile(folder.resolve("pid"), mark);
    file.write(child);
    file.endLeftover();
    // It is gone once its parent, which is this process, has taken note of its end.
    Awaitility.await().until(() -> ProcessHandle.of(child.pid()).isEmpty());
    assertThat(file.file()).doesNotExist();
  }

  @Test
  void leaves_a_stranger_with_the_same_number_alone() throws Exception {
    var child = Child.start("sleep", List.of("sleep", "60"), folder.resolve("log"));
    var file = new PidFile(folder.resolve("pid"), folder.resolve("config"));
    file.write(child);
    file.endLeftover();
    assertThat(child.alive()).isTrue();
    assertThat(file.file()).doesNotExist();
    child.end(Duration.ofSeconds(2));
  }

  @Test
  void does_nothing_where_nothing_was_left() throws Exception {
    Files.writeString(folder.resolve("pid"), "not a number");
    new PidFile(folder.resolve("pid"), folder).endLeftover();
    assertThat(folder.resolve("pid")).doesNotExist();
    new PidFile(folder.resolve("pid"), folder).endLeftover();
  }
}
