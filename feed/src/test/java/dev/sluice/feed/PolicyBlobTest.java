package dev.sluice.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.feed.codec.SnapshotCodec;
import dev.sluice.feed.codec.UnreadablePolicyException;
import dev.sluice.proto.policy.v1.PolicyProto;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class PolicyBlobTest {

  private static final Policy POLICY =
      new Policy(
          7,
          Instant.parse("2026-11-29T08:00:00.123456789Z"),
          "operator-0",
          new Samples(3).company(50, 5, 2),
          List.of(new KeptManifest("Team", "default", "core", "kind: Team\n")));

  @Test
  void what_is_written_is_read_again() {
    assertThat(PolicyBlob.read(PolicyBlob.write(POLICY))).isEqualTo(POLICY);
  }

  @Test
  void each_changed_byte_is_noticed() {
    var blob = PolicyBlob.write(POLICY);
    for (int at = 0; at < blob.length; at += 97) {
      var damaged = blob.clone();
      damaged[at] ^= 1;
      assertThatThrownBy(() -> PolicyBlob.read(damaged))
          .isInstanceOf(UnreadablePolicyException.class)
          .hasMessageStartingWith("policy: its checksum is not that of its content");
    }
  }

  @Test
  void one_that_is_cut_off_is_refused() {
    assertThatThrownBy(() -> PolicyBlob.read(new byte[0]))
        .hasMessage("policy: 0 bytes (expected: 33..67108864)");
  }

  @Test
  void a_later_format_is_refused() throws Exception {
    var message =
        PolicyProto.Policy.newBuilder()
            .setFormat(4)
            .setSnapshot(SnapshotCodec.write(POLICY.snapshot()));
    assertThatThrownBy(() -> PolicyBlob.read(blob(message.build().toByteArray())))
        .isInstanceOf(UnreadablePolicyException.class)
        .hasMessage("policy: format 4 (expected: 1..3; a later one needs a later gateway)");
  }

  /// As a later version would write it.
  private static byte[] blob(byte[] message) throws Exception {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(message);
    }
    var digest = MessageDigest.getInstance("SHA-256").digest(packed.toByteArray());
    return ByteBuffer.allocate(digest.length + packed.size())
        .put(digest)
        .put(packed.toByteArray())
        .array();
  }
}
