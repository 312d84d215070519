package dev.sluice.standalone.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {

  @TempDir Path folder;

  @Test
  void is_private_to_its_user() throws Exception {
    var state = StateFolder.open(folder.resolve("state"));
    StateFolder.writePrivate(state.endpoints(), "{}");
    for (var made : new Path[] {state.root(), state.run(), state.keys(), state.usage()}) {
      assertThat(Files.getPosixFilePermissions(made)).hasSize(3);
    }
    assertThat(Files.getPosixFilePermissions(state.endpoints())).hasSize(2);
  }

  @Test
  void puts_sockets_elsewhere_where_their_paths_would_be_too_long() throws Exception {
    var state = StateFolder.open(folder.resolve("x".repeat(100)));
    assertThat(state.socket("envoy-admin").toString()).hasSizeLessThanOrEqualTo(100);
    assertThat(Files.getPosixFilePermissions(state.sockets())).hasSize(3);
    Files.createFile(state.socket("grpc"));
    state.close();
    assertThat(state.sockets()).doesNotExist();
  }

  @Test
  void keeps_sockets_in_itself_where_they_fit() throws Exception {
    var state = StateFolder.open(Files.createTempDirectory("s"));
    assertThat(state.sockets()).isEqualTo(state.run());
    state.close();
    assertThat(state.run()).exists();
  }

  @Test
  void has_one_holder_at_a_time() throws Exception {
    try (var lock = StateLock.take(folder).orElseThrow()) {
      assertThat(lock).isNotNull();
      assertThat(StateLock.take(folder)).isEmpty();
    }
    StateLock.take(folder).orElseThrow().close();
  }
}
