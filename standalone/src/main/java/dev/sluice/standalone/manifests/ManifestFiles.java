package dev.sluice.standalone.manifests;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The manifest files below the paths that the user named.
record ManifestFiles(List<Path> roots) {

  private static final int DEPTH_MAX = 8;
  private static final Pattern MANIFEST = Pattern.compile("[^.].*\\.(ya?ml|json)");

  ManifestFiles {
    roots = List.copyOf(roots);
  }

  /// A named file is read whatever its name; of a folder, what looks like a manifest. Names that
  /// start with a dot are left out: editors' files, and the inner side of a mounted ConfigMap.
  List<Path> list() throws IOException {
    var files = new ArrayList<Path>();
    for (var root : roots) {
      if (Files.isDirectory(root)) {
        try (var walk = Files.walk(root, DEPTH_MAX, FileVisitOption.FOLLOW_LINKS)) {
          walk.filter(path -> visible(root, path) && Files.isRegularFile(path))
              .sorted()
              .forEach(files::add);
        } catch (java.io.UncheckedIOException e) {
          throw e.getCause();
        }
      } else if (Files.exists(root)) {
        files.add(root);
      }
    }
    return files;
  }

  /// What changes whenever a file is changed, replaced, added or removed.
  Map<Path, String> fingerprints() throws IOException {
    var prints = new TreeMap<Path, String>();
    for (var file : list()) {
      try {
        prints.put(
            file, Files.readAttributes(file, "unix:ino,size,lastModifiedTime,ctime").toString());
      } catch (NoSuchFileException _) {
        prints.put(file, "gone"); // Since it was listed; the next look tells.
      }
    }
    return prints;
  }

  private static boolean visible(Path root, Path path) {
    for (var part : root.relativize(path)) {
      if (part.toString().startsWith(".")) {
        return false;
      }
    }
    return MANIFEST.matcher(path.getFileName().toString()).matches();
  }
}
