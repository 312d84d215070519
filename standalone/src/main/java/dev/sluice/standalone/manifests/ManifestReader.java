package dev.sluice.standalone.manifests;

import dev.sluice.compiler.manifest.ManifestFile;
import dev.sluice.compiler.manifest.Unread;
import dev.sluice.standalone.failure.FileFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Reads the manifests so that neither a path that cannot be read nor a moment in which a file is
/// being written looks like a deletion.
///
/// Only a file that is missing from a folder that is there, or that stays empty, is one.
final class ManifestReader {

  /// Some programs empty a file before they write it: so long may that take.
  static final Duration SETTLED_WITHIN = Duration.ofSeconds(1);

  private static final long FILE_BYTES_MAX = 16 << 20;

  private final ManifestFiles files;
  private final InstantSource clock;

  /// The files that had content when they were last read.
  private final Set<Path> filled = new HashSet<>();

  /// Since when such a file is empty, or changes while it is read.
  private final Map<Path, Instant> unsettled = new HashMap<>();

  /// The identities of the folders when they last held manifests.
  private final Map<Path, String> folders = new HashMap<>();

  ManifestReader(ManifestFiles files, InstantSource clock) {
    this.files = files;
    this.clock = clock;
  }

  /// What was read.
  ///
  /// @param seen the look that it amounts to; as long as that stays the same, so does this
  record Reading(List<ManifestFile> files, List<Unread> unread, Look seen) {}

  Look look() {
    var look = files.look();
    var emptied =
        look.files().entrySet().stream()
            .filter(file -> file.getValue().empty() && mayBeWritten(file.getKey()))
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    return look.withBroken(replaced(look)).withChanging(emptied);
  }

  Reading read(Look look) {
    var texts = new ArrayList<ManifestFile>();
    var unread = new ArrayList<Unread>();
    look.broken().forEach((path, why) -> unread.add(new Unread.Broken(path.toString(), why)));
    var changing = new TreeSet<>(look.changing());
    look.files()
        .forEach(
            (file, fingerprint) -> {
              try {
                var text = text(file);
                if (changed(file, fingerprint) && mayBeWritten(file)) {
                  changing.add(file);
                } else {
                  texts.add(new ManifestFile(file.toString(), text));
                  note(file, text);
                }
              } catch (IOException e) {
                unread.add(new Unread.Broken(file.toString(), FileFailure.reason(e)));
              }
            });
    changing.forEach(file -> unread.add(new Unread.Changing(file.toString())));
    unsettled.keySet().retainAll(changing);
    look.folders().keySet().stream()
        .filter(look::fills)
        .forEach(folder -> folders.put(folder, String.valueOf(look.folders().get(folder))));
    return new Reading(texts, unread, look.withChanging(changing));
  }

  /// Folders that were replaced by empty ones, as a mount is that goes: nobody deleted the files.
  private Map<Path, String> replaced(Look look) {
    return look.folders().entrySet().stream()
        .filter(folder -> !look.fills(folder.getKey()))
        .filter(
            folder ->
                !folder.getValue().equals(folders.getOrDefault(folder.getKey(), folder.getValue())))
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                _ -> "an empty folder is in its place (expected: manifests, as before)"));
  }

  private boolean mayBeWritten(Path file) {
    return filled.contains(file)
        && clock
            .instant()
            .isBefore(unsettled.computeIfAbsent(file, _ -> clock.instant()).plus(SETTLED_WITHIN));
  }

  private void note(Path file, String text) {
    if (text.isEmpty()) {
      filled.remove(file);
    } else {
      filled.add(file);
    }
  }

  /// Empty for a file that was deleted since the look.
  private static String text(Path file) throws IOException {
    try {
      var bytes = Files.size(file);
      if (bytes > FILE_BYTES_MAX) {
        throw new IOException(bytes + " bytes (expected: at most " + FILE_BYTES_MAX + ")");
      }
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (NoSuchFileException _) {
      return "";
    }
  }

  private static boolean changed(Path file, Look.Fingerprint before) throws IOException {
    try {
      return !ManifestFiles.fingerprint(file).equals(before);
    } catch (NoSuchFileException _) {
      return true;
    }
  }
}
