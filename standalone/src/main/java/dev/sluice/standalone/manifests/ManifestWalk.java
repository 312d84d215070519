package dev.sluice.standalone.manifests;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds the manifests below one path; what cannot be looked at is found too, and ends nothing.
final class ManifestWalk extends SimpleFileVisitor<Path> {

  private static final Pattern MANIFEST = Pattern.compile(".*\\.(ya?ml|json)");

  private final Path root;
  private final Found found;

  ManifestWalk(Path root, Found found) {
    this.root = root;
    this.found = found;
  }

  @Override
  public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
    if (hidden(folder)) {
      return FileVisitResult.SKIP_SUBTREE;
    }
    if (folder.equals(root)) {
      found.folder(root, String.valueOf(attributes.fileKey()));
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
    if (hidden(file)) {
      return FileVisitResult.CONTINUE;
    }
    // The walk follows links: one that is told as a link leads nowhere.
    if (attributes.isSymbolicLink()) {
      found.link(file);
    } else if (file.equals(root) || attributes.isRegularFile() && manifest(file)) {
      found.file(file);
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path path, IOException e) {
    var deleted = e instanceof NoSuchFileException && !path.equals(root);
    if (!deleted && !hidden(path)) {
      found.broken(path, e);
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) {
    if (e != null) {
      found.broken(folder, e);
    }
    return FileVisitResult.CONTINUE;
  }

  private boolean hidden(Path path) {
    return !path.equals(root) && path.getFileName().toString().startsWith(".");
  }

  private static boolean manifest(Path file) {
    return MANIFEST.matcher(file.getFileName().toString()).matches();
  }
}
