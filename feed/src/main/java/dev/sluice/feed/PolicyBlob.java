package dev.sluice.feed;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import dev.sluice.feed.codec.SnapshotCodec;
import dev.sluice.feed.codec.UnreadablePolicyException;
import dev.sluice.proto.policy.v1.PolicyProto;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/// A policy as bytes, in Redis and on disk: the SHA-256 of what follows, and the message, packed.
final class PolicyBlob {

  /// Packed. 5,000 keys take less than one of these.
  static final int BLOB_BYTES_MAX = 64 << 20;

  /// Unpacked: what a damaged or foreign blob may take of a reader's memory.
  private static final int MESSAGE_BYTES_MAX = 256 << 20;

  /// Raised only by a change that older readers would misread.
  private static final int FORMAT = 3;

  private static final int DIGEST_BYTES = 32;

  private PolicyBlob() {}

  /// @throws IllegalArgumentException where it is too large
  static byte[] write(Policy policy) {
    var packed = packed(message(policy).build().toByteArray());
    var blob = Arrays.copyOf(sha256(packed, 0), DIGEST_BYTES + packed.length);
    System.arraycopy(packed, 0, blob, DIGEST_BYTES, packed.length);
    if (blob.length > BLOB_BYTES_MAX) {
      throw new IllegalArgumentException(
          "policy: %d bytes (expected: %d or less)".formatted(blob.length, BLOB_BYTES_MAX));
    }
    return blob;
  }

  /// @throws UnreadablePolicyException where it is damaged, or of a later version
  static Policy read(byte[] blob) {
    if (blob.length <= DIGEST_BYTES || blob.length > BLOB_BYTES_MAX) {
      throw new UnreadablePolicyException(
          "policy: %d bytes (expected: %d..%d)"
              .formatted(blob.length, DIGEST_BYTES + 1, BLOB_BYTES_MAX));
    }
    if (!MessageDigest.isEqual(Arrays.copyOf(blob, DIGEST_BYTES), sha256(blob, DIGEST_BYTES))) {
      throw new UnreadablePolicyException(
          "policy: its checksum is not that of its content (expected: a blob as it was written)");
    }
    try {
      return policy(PolicyProto.Policy.parseFrom(unpacked(blob)));
    } catch (InvalidProtocolBufferException e) {
      throw new UnreadablePolicyException("policy: no message of its kind", e);
    }
  }

  private static PolicyProto.Policy.Builder message(Policy policy) {
    var message =
        PolicyProto.Policy.newBuilder()
            .setFormat(FORMAT)
            .setGeneration(policy.generation())
            .setPublishedAt(time(policy.publishedAt()))
            .setPublishedBy(policy.publishedBy())
            .setSnapshot(SnapshotCodec.write(policy.snapshot()));
    for (var kept : policy.lastGood()) {
      message.addLastGood(
          PolicyProto.KeptManifest.newBuilder()
              .setKind(kept.kind())
              .setNamespace(kept.namespace())
              .setName(kept.name())
              .setManifest(kept.manifest()));
    }
    return message;
  }

  private static Policy policy(PolicyProto.Policy message) {
    if (message.getFormat() < 1 || message.getFormat() > FORMAT) {
      throw new UnreadablePolicyException(
          "policy: format %d (expected: 1..%d; a later one needs a later gateway)"
              .formatted(message.getFormat(), FORMAT));
    }
    return new Policy(
        message.getGeneration(),
        time(message.getPublishedAt()),
        message.getPublishedBy(),
        SnapshotCodec.read(message.getSnapshot()),
        message.getLastGoodList().stream()
            .map(
                kept ->
                    new KeptManifest(
                        kept.getKind(), kept.getNamespace(), kept.getName(), kept.getManifest()))
            .toList());
  }

  static Timestamp time(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  static Instant time(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }

  private static byte[] packed(byte[] message) {
    var out = new ByteArrayOutputStream(message.length / 4);
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] unpacked(byte[] blob) {
    var in = new ByteArrayInputStream(blob, DIGEST_BYTES, blob.length - DIGEST_BYTES);
    try (var gzip = new GZIPInputStream(in)) {
      var message = gzip.readNBytes(MESSAGE_BYTES_MAX);
      if (gzip.read() >= 0) {
        throw new UnreadablePolicyException(
            "policy: more than %d bytes unpacked (expected: less)".formatted(MESSAGE_BYTES_MAX));
      }
      return message;
    } catch (IOException e) {
      throw new UnreadablePolicyException("policy: " + e.getMessage() + " (expected: gzip)", e);
    }
  }

  private static byte[] sha256(byte[] bytes, int from) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(bytes, from, bytes.length - from);
      return sha256.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("BUG: every JDK has SHA-256", e);
    }
  }
}
