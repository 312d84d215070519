package dev.sluice.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustStoreTest {

  @TempDir private Path folder;

  @Test
  void the_named_file_wins_then_the_first_that_is_there() throws Exception {
    var named = Files.createFile(folder.resolve("named.pem"));
    var system = Files.createFile(folder.resolve("system.pem"));
    var bundles = List.of(folder.resolve("absent.pem"), system);
    assertThat(TrustStore.find(Map.of("SSL_CERT_FILE", named.toString()), bundles).bundle())
        .isEqualTo(named);
    assertThat(TrustStore.find(Map.of(), bundles).bundle()).isEqualTo(system);
  }

  @Test
  void without_a_bundle_the_message_says_what_to_do() {
    assertThatThrownBy(() -> TrustStore.find(Map.of(), List.of(folder.resolve("absent.pem"))))
        .hasMessageStartingWith("no CA bundle found (expected: SSL_CERT_FILE, or one of ");
    assertThatThrownBy(() -> TrustStore.find(Map.of("SSL_CERT_FILE", "/nowhere"), List.of()))
        .hasMessage("SSL_CERT_FILE: /nowhere (expected: a readable file)");
  }
}
