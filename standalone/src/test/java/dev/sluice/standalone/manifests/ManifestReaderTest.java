package dev.sluice.standalone.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.manifest.Unread;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestReaderTest {

  @TempDir Path folder;

  private Instant now = Instant.EPOCH;
  private Path file;
  private ManifestReader reader;

  @BeforeEach
  void makeFile() throws Exception {
    file = Files.writeString(folder.resolve("a.yaml"), "one");
    reader = new ManifestReader(new ManifestFiles(List.of(folder)), () -> now);
  }

  @Test
  void a_file_that_changes_while_it_is_read_is_read_again_and_in_the_end_as_it_is()
      throws Exception {
    assertThat(reader.read(reader.look()).files()).hasSize(1);
    for (var second = 0; second < 2; second++) {
      var look = reader.look();
      Files.writeString(file, "changed" + second);
      var reading = reader.read(look);
      if (second == 0) {
        assertThat(reading.files()).isEmpty();
        assertThat(reading.unread()).containsExactly(new Unread.Changing(file.toString()));
        assertThat(reading.seen()).isNotEqualTo(reader.look());
      } else {
        assertThat(reading.files()).hasSize(1);
        assertThat(reading.unread()).isEmpty();
      }
      now = now.plus(ManifestReader.SETTLED_WITHIN);
    }
  }

  @Test
  void a_file_that_is_deleted_while_it_is_read_is_deleted_by_the_next_look() throws Exception {
    reader.read(reader.look());
    var look = reader.look();
    Files.delete(file);
    var reading = reader.read(look);
    assertThat(reading.unread()).containsExactly(new Unread.Changing(file.toString()));
    var next = reader.look();
    assertThat(next).isNotEqualTo(reading.seen());
    assertThat(reader.read(next).files()).isEmpty();
    assertThat(reader.read(next).unread()).isEmpty();
  }

  @Test
  void at_the_first_reading_an_empty_file_is_empty() throws Exception {
    Files.writeString(file, "");
    var reading = reader.read(reader.look());
    assertThat(reading.files()).hasSize(1);
    assertThat(reading.seen()).isEqualTo(reader.look());
  }

  @Test
  void folders_of_hidden_names_are_not_looked_at() throws Exception {
    var hidden = Files.createDirectory(folder.resolve(".git"));
    Files.createSymbolicLink(hidden.resolve("loop"), hidden);
    Files.createSymbolicLink(folder.resolve(".data"), Path.of("nowhere"));
    Files.writeString(hidden.resolve("b.yaml"), "two");
    assertThat(reader.look().files()).containsOnlyKeys(file);
    assertThat(reader.look().broken()).isEmpty();
  }
}
