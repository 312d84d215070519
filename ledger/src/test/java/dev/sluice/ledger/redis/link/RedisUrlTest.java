package dev.sluice.ledger.redis.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ledger.redis.link.RedisUrl.Topology;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslVerifyMode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisUrlTest {

  @Test
  void names_one_server() {
    var url = RedisUrl.parse("redis://my_redis/3");
    assertThat(url.topology()).isEqualTo(Topology.ONE);
    assertThat(url.place()).isEqualTo("redis://my_redis:6379");
    var node = url.nodes().getFirst();
    assertThat(node.getHost()).isEqualTo("my_redis");
    assertThat(node.getPort()).isEqualTo(6379);
    assertThat(node.getDatabase()).isEqualTo(3);
    assertThat(node.isSsl()).isFalse();
  }

  @Test
  void unescapes_user_and_password() {
    var node = RedisUrl.parse("redis://gate%3Away:p%40s+s:x@[::1]:7000").nodes().getFirst();
    assertThat(node.getHost()).isEqualTo("::1");
    assertThat(node.getPort()).isEqualTo(7000);
    assertThat(login(node).getUsername()).isEqualTo("gate:way");
    assertThat(login(node).getPassword()).containsExactly("p@s+s:x".toCharArray());
    var alone = RedisUrl.parse("redis://:s3cret@h").nodes().getFirst();
    assertThat(login(alone).hasUsername()).isFalse();
    assertThat(login(alone).getPassword()).containsExactly("s3cret".toCharArray());
  }

  @Test
  void names_the_files_of_tls() {
    var url = RedisUrl.parse("rediss://h?ca=/a%20b/ca.crt&cert=c.crt&key=c.key");
    var files = new TlsFiles(Path.of("/a b/ca.crt"), Path.of("c.crt"), Path.of("c.key"));
    assertThat(url.tls()).isEqualTo(files);
    assertThat(url.nodes().getFirst().isSsl()).isTrue();
    assertThat(url.nodes().getFirst().getVerifyMode()).isEqualTo(SslVerifyMode.FULL);
    var lax = RedisUrl.parse("rediss://h?verify=ca").nodes().getFirst();
    assertThat(lax.getVerifyMode()).isEqualTo(SslVerifyMode.CA);
  }

  @Test
  void names_sentinels_and_whom_they_watch() {
    var url =
        RedisUrl.parse(
            "rediss-sentinel://gateway:s3cret@a:1,b/2?verify=ca&sentinelPassword=other#main");
    assertThat(url.topology()).isEqualTo(Topology.SENTINEL);
    assertThat(url.place()).isEqualTo("rediss-sentinel://a:1,b:26379#main");
    var node = url.nodes().getFirst();
    assertThat(node.getSentinelMasterId()).isEqualTo("main");
    assertThat(node.getDatabase()).isEqualTo(2);
    assertThat(login(node).getUsername()).isEqualTo("gateway");
    assertThat(node.getSentinels()).extracting(RedisURI::getHost).containsExactly("a", "b");
    assertThat(node.getSentinels())
        .allMatch(RedisURI::isSsl)
        .allMatch(sentinel -> sentinel.getVerifyMode() == SslVerifyMode.CA)
        .allMatch(sentinel -> !login(sentinel).hasUsername())
        .allMatch(sentinel -> new String(login(sentinel).getPassword()).equals("other"));
    assertThat(node.isSsl()).isTrue();
  }

  @Test
  void names_nodes_of_a_cluster() {
    var url = RedisUrl.parse("rediss-cluster://gateway:s3cret@a,b:7000");
    assertThat(url.topology()).isEqualTo(Topology.CLUSTER);
    assertThat(url.place()).isEqualTo("rediss-cluster://a:6379,b:7000");
    assertThat(url.nodes())
        .hasSize(2)
        .allMatch(RedisURI::isSsl)
        .allMatch(node -> login(node).getUsername().equals("gateway"));
    assertThat(url.toString()).doesNotContain("s3cret");
  }

  @Test
  void names_a_socket() {
    var url = RedisUrl.parse("redis-socket:///run/re%20dis.sock?database=4");
    assertThat(url.nodes().getFirst().getSocket()).isEqualTo("/run/re dis.sock");
    assertThat(url.nodes().getFirst().getDatabase()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http://secret@h                      | its scheme
          redis://secret@h                     | its user and password
          redis://:se@secret@h                 | its user and password
          redis://:secret@h,h                  | its host
          redis://:secret@h/x                  | its database
          redis://:secret@h:0                  | a port
          redis://:sec ret@h                   | its characters
          redis://:secret%2@h                  | its characters
          redis-cluster://:secret@h/1          | its database: a cluster has none but 0
          redis-sentinel://:secret@h           | no name of a master after #
          redis-sentinel://:secret@h,/0#main   | a host
          redis://h?secret                     | its options
          redis://h?secret=1                   | an option
          redis://h?ca=secret                  | options of TLS without TLS
          rediss://h?cert=secret               | cert without key, or key without cert
          rediss://h?verify=secret             | verify
          redis-socket:///s?database=secret    | database
          """)
  void tells_what_is_wrong_without_a_piece_of_it(String text, String what) {
    assertThatThrownBy(() -> RedisUrl.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("redis url: " + what + " (expected: ")
        .hasMessageNotContaining("secret")
        .hasNoCause();
  }

  private static RedisCredentials login(RedisURI node) {
    return node.getCredentialsProvider().resolveCredentials().block();
  }
}
