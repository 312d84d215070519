package dev.sluice.standalone.state;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/// The folder of one gateway: all that lasts, private to its user.
///
/// @param sockets where Unix sockets are: in the state, or elsewhere if their paths got too long
public record StateFolder(Path root, Path sockets) {

  /// A socket's path is at most 104 bytes on macOS and 108 on Linux.
  private static final int SOCKET_PATH_BYTES_MAX = 100;

  private static final String LONGEST_SOCKET = "envoy-admin.sock";

  /// Makes what is missing.
  public static StateFolder open(Path root) throws IOException {
    privateFolder(root);
    return new StateFolder(root, sockets(privateFolder(root.resolve("run"))));
  }

  public Path run() {
    return root.resolve("run");
  }

  public Path socket(String name) {
    return sockets.resolve(name + ".sock");
  }

  public Path log(String name) throws IOException {
    return privateFolder(root.resolve("logs")).resolve(name + ".log");
  }

  public Path usage() throws IOException {
    return privateFolder(root.resolve("usage"));
  }

  public Path ledger() throws IOException {
    return privateFolder(root.resolve("ledger"));
  }

  public Path redis() throws IOException {
    return privateFolder(root.resolve("redis"));
  }

  public Path keys() throws IOException {
    return privateFolder(root.resolve("keys"));
  }

  public Path endpoints() {
    return root.resolve("endpoints.json");
  }

  /// Removes the folder of the sockets where it is not in the state.
  public void close() throws IOException {
    if (!sockets.equals(run())) {
      try (var left = Files.list(sockets)) {
        for (var path : left.toList()) {
          Files.delete(path);
        }
      }
      Files.delete(sockets);
    }
  }

  /// Writes a file that only its user can read, whole or not at all.
  public static void writePrivate(Path file, String content) throws IOException {
    var work =
        Files.createTempFile(
            file.toAbsolutePath().getParent(),
            ".",
            ".new",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(work, content);
    Files.move(work, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  public static Path privateFolder(Path folder) throws IOException {
    return Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  private static Path sockets(Path run) throws IOException {
    var longest = run.resolve(LONGEST_SOCKET).toString().getBytes(StandardCharsets.UTF_8).length;
    return longest <= SOCKET_PATH_BYTES_MAX ? run : Files.createTempDirectory("sluice-");
  }
}
