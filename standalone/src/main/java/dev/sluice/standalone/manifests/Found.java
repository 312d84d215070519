package dev.sluice.standalone.manifests;

import dev.sluice.standalone.failure.FileFailure;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// What a walk has found so far.
final class Found {

  private final Map<Path, Look.Fingerprint> files = new HashMap<>();
  private final Map<Path, String> broken = new HashMap<>();
  private final Map<Path, String> folders = new HashMap<>();

  void file(Path file) {
    try {
      files.put(file, ManifestFiles.fingerprint(file));
    } catch (NoSuchFileException _) {
      // Deleted since it was listed.
    } catch (IOException e) {
      broken(file, e);
    }
  }

  /// A link that the walk could not follow.
  void link(Path link) {
    try {
      ManifestFiles.fingerprint(link);
    } catch (IOException e) {
      broken.put(link, "a link that leads nowhere: " + FileFailure.reason(e));
    }
  }

  void folder(Path folder, String identity) {
    folders.put(folder, identity);
  }

  void broken(Path path, IOException e) {
    broken.put(path, FileFailure.reason(e));
  }

  Look look() {
    return new Look(files, broken, Set.of(), folders);
  }
}
