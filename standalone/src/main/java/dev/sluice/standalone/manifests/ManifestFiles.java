package dev.sluice.standalone.manifests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;

/// The manifest files below the paths that the user named.
record ManifestFiles(List<Path> roots) {

  private static final int DEPTH_MAX = 8;

  ManifestFiles {
    roots = List.copyOf(roots);
  }

  /// A named file is read whatever its name; of a folder, what looks like a manifest. Names that
  /// start with a dot are left out: editors' files, and the inner side of a mounted ConfigMap.
  Look look() {
    var found = new Found();
    for (var root : roots) {
      try {
        var links = EnumSet.of(FileVisitOption.FOLLOW_LINKS);
        Files.walkFileTree(root, links, DEPTH_MAX, new ManifestWalk(root, found));
      } catch (IOException e) {
        throw new UncheckedIOException("BUG: the walk keeps failures to itself", e);
      }
    }
    return found.look();
  }

  static Look.Fingerprint fingerprint(Path file) throws IOException {
    var attributes = Files.readAttributes(file, "unix:ino,size,lastModifiedTime,ctime");
    var empty = Long.valueOf(0).equals(attributes.get("size"));
    return new Look.Fingerprint(empty, attributes.toString());
  }
}
