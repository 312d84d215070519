package dev.sluice.standalone.fetch;

import dev.sluice.standalone.child.Executables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// A real Kubernetes API server with its store, kubectl and helm, for the tests: one program, which
/// Go builds from the sources beside this class. Their `go.sum` has the hash of every module.
public record Kubernetes(Map<String, String> environment) {

  private static final String PROGRAM = "sluice-kubernetes";
  private static final List<String> SOURCES = List.of("go.mod", "go.sum", "main.go");
  private static final Duration BUILT_WITHIN = Duration.ofMinutes(60);
  private static final Path GO = Path.of("/usr/local/go/bin/go");
  private static final int HASH_CHARS = 12;
  private static final Pattern REQUIRED =
      Pattern.compile("k8s\\.io/kubernetes v((\\d+)\\.(\\d+)\\.\\d+)");

  public Kubernetes {
    environment = Map.copyOf(environment);
  }

  public Path program() throws FetchException {
    var own = environment.get("SLUICE_KUBERNETES");
    if (own != null) {
      return Path.of(own).toAbsolutePath();
    }
    var folder = Cache.of(environment).folder();
    try {
      var version = version();
      var placed = folder.resolve(name(version), PROGRAM);
      if (!Files.isExecutable(placed)) {
        Progress.say("building Kubernetes " + version.group(1) + " (once, for several minutes)");
        place(version, folder, placed);
        Progress.say("placed " + placed);
      }
      return placed;
    } catch (IOException e) {
      throw new FetchException("cannot place Kubernetes in " + folder + ": " + e, e);
    }
  }

  private static void place(MatchResult version, Path folder, Path placed)
      throws IOException, FetchException {
    var go = go();
    Files.createDirectories(placed.getParent());
    var work = Files.createTempDirectory(folder, ".fetching-");
    try {
      for (var name : SOURCES) {
        Files.write(work.resolve(name), source(name));
      }
      build(go, version, work);
      Files.move(work.resolve(PROGRAM), placed, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Folders.delete(work);
    }
  }

  /// On the PATH, else where its own archive puts it.
  private static Path go() throws FetchException {
    return Executables.onPath("go")
        .or(() -> Optional.of(GO).filter(Files::isExecutable))
        .orElseThrow(
            () ->
                new FetchException(
                    "Go 1.21 or newer is needed to build Kubernetes for the tests: install it, or"
                        + " set SLUICE_KUBERNETES to the program"));
  }

  /// Go prints every package as it compiles it; how many there are depends on what it compiled
  /// before.
  private static void build(Path go, MatchResult version, Path work) throws FetchException {
    long begun = System.nanoTime();
    var ended =
        Tool.run(
            BUILT_WITHIN,
            List.of(
                // Settings of the user's that would change what is built.
                "env",
                "CGO_ENABLED=0",
                "GOWORK=off",
                "GOFLAGS=",
                go.toString(),
                "build",
                "-C",
                work.toString(),
                "-v",
                "-trimpath",
                "-buildvcs=false",
                "-ldflags=-s -w" + named(version),
                "-o",
                PROGRAM,
                "."),
            printed ->
                Progress.say(
                    "Kubernetes: %d packages compiled or fetched in %d s"
                        .formatted(
                            printed.lines().count(),
                            Duration.ofNanos(System.nanoTime() - begun).toSeconds())));
    if (ended.failed()) {
      throw new FetchException("Go could not build Kubernetes: " + ended.lastLine());
    }
  }

  /// Without this the server would call itself v0.0.0.
  private static String named(MatchResult version) {
    var place = " -X k8s.io/component-base/version.git";
    return place
        + "Version=v"
        + version.group(1)
        + place
        + "Major="
        + version.group(2)
        + place
        + "Minor="
        + version.group(3);
  }

  /// The one that is required, in whole, and its first two numbers.
  static MatchResult version() throws IOException {
    var required = REQUIRED.matcher(new String(source("go.mod"), StandardCharsets.UTF_8));
    if (!required.find()) {
      throw new IllegalStateException("BUG: go.mod requires no Kubernetes");
    }
    return required.toMatchResult();
  }

  /// Of its folder in the cache: other sources are another part.
  static String name(MatchResult version) throws IOException {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (var name : SOURCES) {
        digest.update(name.getBytes(StandardCharsets.UTF_8));
        digest.update(source(name));
      }
      var hash = HexFormat.of().formatHex(digest.digest()).substring(0, HASH_CHARS);
      return "kubernetes-" + version.group(1) + "-" + hash;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("BUG: every JDK has SHA-256", e);
    }
  }

  private static byte[] source(String name) throws IOException {
    try (var in = Kubernetes.class.getResourceAsStream("kubernetes/" + name)) {
      if (in == null) {
        throw new IllegalStateException("BUG: no source " + name);
      }
      return in.readAllBytes();
    }
  }
}
