package dev.sluice.standalone.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatcherTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir Path folder;

  private final AtomicInteger changes = new AtomicInteger();
  private Watcher watcher;

  @BeforeEach
  void watch() throws Exception {
    Files.writeString(folder.resolve("a.yaml"), "one");
    watcher = watcher(folder);
  }

  private Watcher watcher(Path root) {
    var reader = new ManifestReader(new ManifestFiles(List.of(root)), InstantSource.system());
    var seen = reader.read(reader.look()).seen();
    return Watcher.start(reader, seen, look -> changed(reader, look));
  }

  private Look changed(ManifestReader reader, Look look) {
    changes.incrementAndGet();
    return reader.read(look).seen();
  }

  @AfterEach
  void close() {
    watcher.close();
  }

  private void assertSeenOnce() {
    await().atMost(SECOND).until(() -> changes.get() == 1);
    await().during(Duration.ofMillis(500)).until(() -> changes.get() == 1);
  }

  @Test
  void sees_a_change_of_equal_size_within_a_second() throws Exception {
    Files.writeString(folder.resolve("a.yaml"), "two");
    assertSeenOnce();
  }

  @Test
  void sees_an_editor_that_renames_as_one_change() throws Exception {
    Files.writeString(folder.resolve(".a.yaml.swp"), "two");
    Files.move(folder.resolve("a.yaml"), folder.resolve("a.yaml~"));
    Files.move(folder.resolve(".a.yaml.swp"), folder.resolve("a.yaml"));
    Files.delete(folder.resolve("a.yaml~"));
    assertSeenOnce();
  }

  @Test
  void sees_a_new_file_in_a_new_folder() throws Exception {
    Files.writeString(Files.createDirectory(folder.resolve("team")).resolve("b.json"), "{}");
    assertSeenOnce();
  }

  @Test
  void sees_a_deletion() throws Exception {
    Files.delete(folder.resolve("a.yaml"));
    assertSeenOnce();
  }

  @Test
  void does_not_mind_other_files() throws Exception {
    Files.writeString(folder.resolve("notes.txt"), "x");
    Files.writeString(folder.resolve(".hidden.yaml"), "x");
    await().during(Duration.ofMillis(600)).until(() -> changes.get() == 0);
  }

  @Test
  void sees_the_symlink_swap_of_a_mounted_config_map(@TempDir Path mount) throws Exception {
    Files.writeString(Files.createDirectory(mount.resolve("..v1")).resolve("a.yaml"), "one");
    Files.writeString(Files.createDirectory(mount.resolve("..v2")).resolve("a.yaml"), "two");
    Files.createSymbolicLink(mount.resolve("..data"), Path.of("..v1"));
    Files.createSymbolicLink(mount.resolve("a.yaml"), Path.of("..data", "a.yaml"));
    var look = new ManifestFiles(List.of(mount)).look();
    assertThat(look.files()).containsOnlyKeys(mount.resolve("a.yaml"));
    assertThat(look.broken()).isEmpty();
    try (var _ = watcher(mount)) {
      Files.createSymbolicLink(mount.resolve("..new"), Path.of("..v2"));
      Files.move(mount.resolve("..new"), mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
      assertSeenOnce();
    }
  }

  @Test
  void goes_on_after_a_change_that_failed() throws Exception {
    var reader = new ManifestReader(new ManifestFiles(List.of(folder)), InstantSource.system());
    UnaryOperator<Look> failing =
        look -> {
          if (changes.incrementAndGet() == 1) {
            throw new IllegalStateException("the first fails");
          }
          return look;
        };
    watcher.close();
    watcher = Watcher.start(reader, reader.look(), failing);
    Files.writeString(folder.resolve("a.yaml"), "two");
    await().atMost(SECOND).until(() -> changes.get() == 1);
    Files.writeString(folder.resolve("a.yaml"), "three");
    await().atMost(SECOND).until(() -> changes.get() == 2);
  }
}
