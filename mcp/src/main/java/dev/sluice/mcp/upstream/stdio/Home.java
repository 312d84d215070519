package dev.sluice.mcp.upstream.stdio;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The empty folder that a program finds as its home, and that goes with it.
record Home(Path folder) {

  private static final Logger LOG = LoggerFactory.getLogger(Home.class);

  static Home create() throws IOException {
    return new Home(Files.createTempDirectory("sluice-mcp-"));
  }

  void delete() {
    try {
      Files.walkFileTree(folder, new Deleting());
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("a program's home was not deleted: {}", e.getClass().getSimpleName());
    }
  }

  /// Links are deleted, never followed.
  private static final class Deleting extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
        throws IOException {
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
