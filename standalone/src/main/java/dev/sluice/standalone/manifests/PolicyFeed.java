package dev.sluice.standalone.manifests;

import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.LastGood;
import dev.sluice.compiler.manifest.ManifestFile;
import dev.sluice.compiler.manifest.Manifests;
import dev.sluice.compiler.problem.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The flow of a resource on one machine: files, world, snapshot, in force; again at each change.
///
/// Only one thread uses it at a time: the one that starts the gateway, then the watcher's.
public final class PolicyFeed {

  /// Puts a compilation into force.
  @FunctionalInterface
  public interface Publisher {
    void publish(Compilation compilation);
  }

  private static final Logger LOG = LoggerFactory.getLogger(PolicyFeed.class);
  private static final long FILE_BYTES_MAX = 16 << 20;

  private final ManifestFiles files;
  private final Compiler compiler;
  private final GeneratedKeys keys;
  private LastGood good = LastGood.NONE;
  private Map<Path, String> seen = Map.of();
  private Set<Problem> told = Set.of();
  private volatile int problems;

  public PolicyFeed(List<Path> paths, Compiler compiler, GeneratedKeys keys) {
    this.files = new ManifestFiles(paths);
    this.compiler = compiler;
    this.keys = keys;
  }

  /// Reads and compiles the manifests as they are now.
  public Compilation read() throws IOException {
    seen = files.fingerprints();
    var world = Manifests.read(contents());
    var compilation = compiler.compile(world, good, keys.values());
    if (compilation.keysToGenerate().isEmpty()) {
      return compilation;
    }
    keys.provide(compilation.keysToGenerate());
    return compiler.compile(world, good, keys.values());
  }

  /// What is wrong with the manifests now.
  public int problems() {
    return problems;
  }

  /// Puts `compilation` into force, and tells what is wrong with it.
  public void publish(Compilation compilation, Publisher publisher) {
    publisher.publish(compilation);
    good = compilation.good();
    problems = compilation.problems().size();
    compilation.problems().stream()
        .filter(problem -> !told.contains(problem))
        .forEach(PolicyFeed::tell);
    told = Set.copyOf(compilation.problems());
    var snapshot = compilation.snapshot();
    LOG.atInfo()
        .addKeyValue("version", snapshot.version())
        .addKeyValue("keys", snapshot.keys().size())
        .addKeyValue("providers", snapshot.upstreams().size())
        .addKeyValue("problems", problems)
        .log("policy in force");
  }

  /// Puts every change into force, from what was last read on.
  public AutoCloseable watch(Publisher publisher) {
    return Watcher.start(files, seen, () -> reload(publisher));
  }

  private void reload(Publisher publisher) {
    try {
      publish(read(), publisher);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void tell(Problem problem) {
    LOG.atWarn()
        .addKeyValue("file", problem.file())
        .addKeyValue("line", problem.line())
        .addKeyValue("object", problem.object())
        .addKeyValue("field", problem.field())
        .addKeyValue("fault", problem.fault().text())
        .log("bad manifest: {}", problem);
  }

  private List<ManifestFile> contents() throws IOException {
    var contents = new ArrayList<ManifestFile>();
    for (var file : files.list()) {
      try {
        if (Files.size(file) > FILE_BYTES_MAX) {
          throw new IOException(file + " (expected: at most " + FILE_BYTES_MAX + " bytes)");
        }
        var text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        contents.add(new ManifestFile(file.toString(), text));
      } catch (NoSuchFileException _) {
        // Deleted since it was listed: the next look tells.
      }
    }
    return contents;
  }
}
