package dev.sluice.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.feed.codec.SnapshotCodec;
import dev.sluice.feed.codec.UnreadablePolicyException;
import dev.sluice.proto.policy.v1.PolicyProto;
import dev.sluice.testkit.fuzz.Frugal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.params.provider.MethodSource;

/// A policy out of Redis or from the disk is read, or refused as a whole.
final class PolicyFuzzTest {

  static Stream<byte[]> policies() {
    var snapshot = SnapshotCodec.write(new Samples(3).company(2, 2, 1));
    var policy = PolicyProto.Policy.newBuilder().setFormat(2).setGeneration(7);
    return Stream.of(policy.setSnapshot(snapshot).build().toByteArray());
  }

  @FuzzTest
  void any_bytes_are_a_policy_or_refused(byte[] bytes) {
    read(bytes);
  }

  /// Who has the checksum right is still not believed.
  @MethodSource("policies")
  @FuzzTest
  void a_message_with_the_right_checksum_is_a_policy_or_refused(byte[] message) {
    read(blob(message));
  }

  private static void read(byte[] blob) {
    Frugal.read(
        blob,
        () -> {
          try {
            var policy = PolicyBlob.read(blob);
            assertThat(PolicyBlob.read(PolicyBlob.write(policy))).isEqualTo(policy);
          } catch (UnreadablePolicyException e) {
            assertThat(e.getMessage()).isNotEmpty();
          }
        });
  }

  private static byte[] blob(byte[] message) {
    try {
      var packed = new ByteArrayOutputStream();
      try (var gzip = new GZIPOutputStream(packed)) {
        gzip.write(message);
      }
      var blob = new ByteArrayOutputStream();
      blob.writeBytes(MessageDigest.getInstance("SHA-256").digest(packed.toByteArray()));
      blob.writeBytes(packed.toByteArray());
      return blob.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
