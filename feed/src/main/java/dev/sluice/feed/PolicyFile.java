package dev.sluice.feed;

import dev.sluice.feed.codec.UnreadablePolicyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A gateway's last policy on disk, for a start without Redis.
///
/// @param file of one installation: another one's policy is not ours
record PolicyFile(Path file) {

  private static final Logger LOG = LoggerFactory.getLogger(PolicyFile.class);

  static PolicyFile in(Path folder, String installation) {
    return new PolicyFile(folder.resolve("policy-" + installation + ".bin"));
  }

  /// Empty where there is none that can be read.
  Optional<Policy> read() {
    try {
      return Optional.of(PolicyBlob.read(Files.readAllBytes(file)));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException | UnreadablePolicyException e) {
      LOG.error("the last policy on disk is ignored: {}: {}", file, e.getMessage());
      return Optional.empty();
    }
  }

  /// Whole or not at all, and for its user only. A disk that is full takes no policy from requests.
  void write(byte[] blob) {
    try {
      var work =
          Files.createTempFile(
              file.toAbsolutePath().getParent(),
              ".",
              ".new",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(work, blob);
      Files.move(work, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.error("a start without Redis would have an older policy: {}: {}", file, e.toString());
    }
  }
}
