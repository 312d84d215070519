package dev.sluice.standalone.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.mcp.codemode.CodeModeLimits;
import dev.sluice.mcp.upstream.guard.AddressRange;
import dev.sluice.mcp.upstream.guard.Allowed;
import dev.sluice.mcp.upstream.stdio.Launcher;
import dev.sluice.standalone.serve.HostPort;
import dev.sluice.standalone.serve.UsageException;
import dev.sluice.standalone.tools.ToolOptions;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpOptionsTest {

  @TempDir Path folder;
  private String file = "";

  @BeforeEach
  void makeFile() throws Exception {
    file = Files.createFile(folder.resolve("a.yaml")).toString();
  }

  @Test
  void has_defaults() throws Exception {
    var options = UpOptions.parse(List.of("-f", file), Map.of());
    assertThat(options.listen().url()).isEqualTo("http://127.0.0.1:8080");
    assertThat(options.admin().url()).isEqualTo("http://127.0.0.1:8081");
    assertThat(options.state()).isEqualTo(Path.of(".sluice").toAbsolutePath());
    assertThat(options.redis()).isNull();
    assertThat(options.installation()).isEqualTo("sluice");
    assertThat(options.envoy()).isNull();
    assertThat(options.tls()).isNull();
    assertThat(options.listenUrl(1)).isEqualTo("http://127.0.0.1:1");
    assertThat(options.drain()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void reads_every_option() throws Exception {
    var options =
        UpOptions.parse(
            List.of(
                "-f",
                file,
                "-f",
                folder.toString(),
                "--listen",
                "0.0.0.0:0",
                "--admin",
                "[::1]:9000",
                "--state",
                "/var/lib/x",
                "--redis",
                "redis://:secret@host:1",
                "--installation",
                "team-a.1",
                "--envoy",
                "/bin/envoy",
                "--tls-cert",
                "/tls/a.crt",
                "--tls-key",
                "/tls/a.key",
                "--mcp-allow",
                "tools.local:9000",
                "--mcp-refuse",
                "10.0.0.0/8",
                "--mcp-stdio",
                "off",
                "--drain",
                "30s"),
            Map.of("SLUICE_REDIS", "redis://other"));
    assertThat(options)
        .isEqualTo(
            new UpOptions(
                List.of(Path.of(file), folder),
                new HostPort("0.0.0.0", 0),
                new HostPort("::1", 9000),
                Path.of("/var/lib/x"),
                URI.create("redis://:secret@host:1"),
                "team-a.1",
                Path.of("/bin/envoy"),
                new UpOptions.TlsFiles(Path.of("/tls/a.crt"), Path.of("/tls/a.key")),
                new ToolOptions(
                    List.of(new Allowed.Host("tools.local", 9000)),
                    List.of(AddressRange.of("10.0.0.0/8").orElseThrow()),
                    new Launcher.Nowhere(),
                    CodeModeLimits.STANDARD),
                Duration.ofSeconds(30)));
    assertThat(options.admin().url()).isEqualTo("http://[::1]:9000");
    assertThat(options.listenUrl(1)).isEqualTo("https://0.0.0.0:1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --nope x          | --nope (expected: an option of sluice up --help)
          up                | up (expected: an option of sluice up --help)
          -f                | -f (expected: a value after it)
          -f /no/such       | -f /no/such (expected: an existing file or folder)
          --listen 8080     | --listen 8080 (expected: HOST:PORT, for example 127.0.0.1:0)
          --admin a:99999   | --admin a:99999 (expected: HOST:PORT, for example 127.0.0.1:0)
          --drain 10        | --drain 10 (expected: a time such as 30s or 10m)
          --state           | --state (expected: a value after it)
          --installation a} | --installation: a} (expected: 1 to 63 of A-Z a-z 0-9 . _ -)
          """)
  void says_what_it_expected(String line, String sentence) {
    assertThatThrownBy(() -> UpOptions.parse(List.of(line.split(" ")), Map.of()))
        .isInstanceOf(UsageException.class)
        .hasMessage(sentence);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--tls-cert", "--tls-key"})
  void a_certificate_and_its_key_come_together(String option) {
    assertThatThrownBy(() -> UpOptions.parse(List.of("-f", file, option, "/x"), Map.of()))
        .isInstanceOf(UsageException.class)
        .hasMessage(option + " (expected: --tls-cert and --tls-key)");
  }

  @Test
  void without_manifests_it_says_so() {
    // The module's folder has no ./manifests.
    assertThatThrownBy(() -> UpOptions.parse(List.of(), Map.of()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("no folder ./manifests");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-f", "--state", "--envoy", "--redis"})
  void an_empty_value_is_not_the_current_folder(String option) {
    assertThatThrownBy(() -> UpOptions.parse(List.of(option, ""), Map.of()))
        .isInstanceOf(UsageException.class)
        .hasMessage(option + " \"\" (expected: a value that is not empty)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://127.0.0.1",
        "rediss://gateway:p%40ss@redis.example.com:6380/3",
        "rediss://h?ca=/etc/tls/ca.crt&cert=/etc/tls/tls.crt&key=/etc/tls/tls.key",
        "redis-sentinel://:p%40ss@a:26379,b:26379/0#main",
        "redis-cluster://a:6379,b:6379",
        "redis-socket:///run/redis.sock"
      })
  void takes_a_redis_from_the_environment_too(String url) throws Exception {
    var options = UpOptions.parse(List.of("-f", file), Map.of("SLUICE_REDIS", url));
    assertThat(options.redis()).isEqualTo(URI.create(url));
    assertThat(UpOptions.parse(List.of("-f", file), Map.of("SLUICE_REDIS", "")).redis()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://:secret@h",
        "redis://:secret@ss/w#rd@h:6379",
        "redis://:se@secret@h",
        "redis://user:12/secret@h",
        "redis://user:12?secret@h",
        "redis://:se cret@h",
        "redis://:secret@h:123456",
        "redis-socket://",
        "redis://h?timeout=secret",
        "redis-sentinel://:secret@h",
        "redis:secret",
        "secret"
      })
  void a_bad_redis_is_told_without_a_piece_of_it(String url) {
    assertThatThrownBy(() -> UpOptions.parse(List.of("--redis", url), Map.of()))
        .isInstanceOf(UsageException.class)
        .hasMessageMatching("--redis: redis url: .+ \\(expected: .+\\)")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> UpOptions.parse(List.of(), Map.of("SLUICE_REDIS", url)))
        .isInstanceOf(UsageException.class)
        .hasMessageMatching("SLUICE_REDIS: redis url: .+ \\(expected: .+\\)")
        .hasMessageNotContaining("secret");
  }
}
