package dev.sluice.standalone.fetch;

import dev.sluice.standalone.child.Executables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Packages of npm in a folder of their own, for the tests: pinned, and fetched once.
///
/// @param what for people
/// @param variable of the environment with which a user names their own
/// @param folder its name in the cache
/// @param packages each with its version
record Npm(String what, String variable, String folder, List<String> packages) {

  private static final Duration INSTALLED_WITHIN = Duration.ofMinutes(10);

  Npm {
    packages = List.copyOf(packages);
  }

  /// @return the folder that has `node_modules`
  Path fetch(Map<String, String> environment) throws FetchException {
    var cache = Cache.of(environment).folder();
    var placed = cache.resolve(folder);
    if (!Files.isDirectory(placed)) {
      Progress.say("fetching " + String.join(", ", packages) + " (once)");
      place(cache, placed);
      Progress.say("placed " + placed);
    }
    return placed;
  }

  private void place(Path cache, Path placed) throws FetchException {
    if (Executables.onPath("npm").isEmpty()) {
      throw new FetchException(
          "npm is needed to fetch %s for the tests: install Node.js with npm, or set %s"
              .formatted(what, variable));
    }
    try {
      Files.createDirectories(cache);
      var work = Files.createTempDirectory(cache, ".fetching-");
      try {
        install(work);
        if (!Files.exists(placed)) {
          Files.move(work, placed, StandardCopyOption.ATOMIC_MOVE);
        }
      } finally {
        if (Files.exists(work)) {
          Folders.delete(work);
        }
      }
    } catch (IOException e) {
      throw new FetchException("cannot place %s in %s: %s".formatted(what, placed, e), e);
    }
  }

  private void install(Path work) throws FetchException {
    var command =
        new ArrayList<>(
            List.of("npm", "install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"));
    command.add(work.toString());
    command.addAll(packages);
    var ended = Tool.run(INSTALLED_WITHIN, command);
    if (ended.failed()) {
      throw new FetchException("npm could not fetch " + what + ": " + ended.lastLine());
    }
  }
}
