package dev.sluice.standalone.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.standalone.serve.HostPort;
import dev.sluice.standalone.serve.UsageException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayOptionsTest {

  @TempDir Path folder;

  private static GatewayOptions parse(String... more) throws UsageException {
    var all = new ArrayList<>(List.of("--redis", "redis://r:1", "--ads", "localhost:9443"));
    all.addAll(List.of(more));
    return GatewayOptions.parse(all, Map.of());
  }

  private static void assertRefused(String sentence, String... more) {
    assertThatThrownBy(() -> parse(more))
        .isInstanceOf(UsageException.class)
        .extracting(e -> ((UsageException) e).sentence())
        .isEqualTo(sentence);
  }

  @Test
  void has_defaults() throws Exception {
    var options = parse();
    assertThat(options.redis()).isEqualTo(URI.create("redis://r:1"));
    assertThat(options.installation()).isEqualTo("sluice");
    assertThat(options.listen()).isEqualTo(new HostPort("0.0.0.0", 8080));
    assertThat(options.admin()).isEqualTo(new HostPort("127.0.0.1", 8081));
    assertThat(options.envoy()).isNull();
    assertThat(options.adsTls()).isNull();
    assertThat(options.node()).isNotBlank();
    assertThat(options.drain()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void another_machine_is_asked_with_certificates_only() throws Exception {
    assertRefused(
        "--ads op.ns.svc:9443 (expected: --ads-tls DIR with it, or an address of this machine)",
        "--ads",
        "op.ns.svc:9443");
    assertRefused(
        "--ads-tls " + folder + " (expected: a folder with a readable ca.crt)",
        "--ads-tls",
        folder.toString());
    for (var name : List.of("ca.crt", "tls.crt", "tls.key")) {
      Files.createFile(folder.resolve(name));
    }
    assertThat(parse("--ads", "op.ns.svc:9443", "--ads-tls", folder.toString()).adsTls())
        .isEqualTo(folder);
  }

  @Test
  void says_what_is_missing_or_wrong() {
    assertThatThrownBy(() -> GatewayOptions.parse(List.of("--ads", "localhost:1"), Map.of()))
        .extracting(e -> ((UsageException) e).sentence())
        .isEqualTo("no --redis (expected: one, see sluice gateway --help)");
    assertThatThrownBy(() -> GatewayOptions.parse(List.of(), Map.of("SLUICE_REDIS", "redis://r:1")))
        .extracting(e -> ((UsageException) e).sentence())
        .isEqualTo("no --ads (expected: one, see sluice gateway --help)");
    assertRefused(
        "--listen 127.0.0.1:0 (expected: a port, or --envoy PATH with it)",
        "--listen",
        "127.0.0.1:0");
    assertRefused("--node a/b (expected: 1 to 253 of A-Z a-z 0-9 . _ -)", "--node", "a/b");
    assertRefused("-f (expected: an option of sluice gateway --help)", "-f");
  }
}
