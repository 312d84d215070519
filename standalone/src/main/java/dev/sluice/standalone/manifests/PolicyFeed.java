package dev.sluice.standalone.manifests;

import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.LastGood;
import dev.sluice.compiler.MadeKeys;
import dev.sluice.compiler.manifest.Manifests;
import dev.sluice.compiler.manifest.World;
import dev.sluice.compiler.problem.Problem;
import dev.sluice.core.policy.KeyFormat;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.standalone.failure.FileFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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

  private final ManifestReader reader;
  private final Compiler compiler;
  private final GeneratedKeys keys;
  private LastGood good = LastGood.NONE;
  private Look seen = Look.NONE;
  private Set<Problem> told = Set.of();
  private World world = World.of(List.of());
  private volatile @Nullable InForce inForce;

  public PolicyFeed(List<Path> paths, Compiler compiler, GeneratedKeys keys, InstantSource clock) {
    this.reader = new ManifestReader(new ManifestFiles(paths), clock);
    this.compiler = compiler;
    this.keys = keys;
  }

  /// Compiles manifests that nobody serves: no key of theirs is read or kept.
  public static Compilation tried(List<Path> paths, Compiler compiler, InstantSource clock) {
    var reader = new ManifestReader(new ManifestFiles(paths), clock);
    var reading = reader.read(reader.look());
    var world = Manifests.read(reading.files(), reading.unread());
    var random = new SecureRandom();
    var made =
        compiler.compile(world, LastGood.NONE, MadeKeys.of(Map.of())).keysToGenerate().stream()
            .collect(Collectors.toMap(name -> name, _ -> KeyFormat.generate(random)));
    return compiler.compile(world, LastGood.NONE, MadeKeys.of(made));
  }

  /// Reads and compiles the manifests as they are now. Keys that it makes up are not saved yet.
  public Compilation read() throws IOException {
    var world = read(reader.look());
    var compilation = compiler.compile(world, good, keys.values());
    if (compilation.keysToGenerate().isEmpty()) {
      return compilation;
    }
    keys.provide(compilation.keysToGenerate());
    return compiler.compile(world, good, keys.values());
  }

  private World read(Look look) {
    var reading = reader.read(look);
    seen = reading.seen();
    world = Manifests.read(reading.files(), reading.unread());
    return world;
  }

  /// What is wrong with the manifests now.
  public int problems() {
    var now = inForce;
    return now == null ? 0 : now.compilation().problems().size();
  }

  /// By any thread.
  ///
  /// @throws IllegalStateException before the first publication
  public InForce inForce() {
    var now = inForce;
    if (now == null) {
      throw new IllegalStateException("BUG: it was asked before the policy was published");
    }
    return now;
  }

  /// Puts `compilation` into force, and tells what is wrong with it.
  public void publish(Compilation compilation, Publisher publisher) {
    publisher.publish(compilation);
    good = compilation.good();
    inForce = new InForce(world, compilation);
    compilation.problems().stream()
        .filter(problem -> !told.contains(problem))
        .forEach(problem -> tell(problem, "bad manifest: {}"));
    compilation.warnings().stream()
        .filter(warning -> !told.contains(warning))
        .forEach(warning -> tell(warning, "manifest in force: {}"));
    told =
        Stream.concat(compilation.problems().stream(), compilation.warnings().stream())
            .collect(Collectors.toUnmodifiableSet());
    var snapshot = compilation.snapshot();
    LOG.atInfo()
        .addKeyValue("version", snapshot.version())
        .addKeyValue("keys", snapshot.keys().size())
        .addKeyValue("providers", snapshot.upstreams().size())
        .addKeyValue("servers", snapshot.servers().size())
        .addKeyValue("problems", compilation.problems().size())
        .addKeyValue("warnings", compilation.warnings().size())
        .log("policy in force");
  }

  /// Puts every change into force, from what was last read on.
  public AutoCloseable watch(Publisher publisher) {
    return Watcher.start(reader, seen, look -> reload(look, publisher));
  }

  private Look reload(Look look, Publisher publisher) {
    var world = read(look);
    var compilation = compiler.compile(world, good, keys.values());
    if (!compilation.keysToGenerate().isEmpty()) {
      provide(compilation.keysToGenerate());
      compilation = compiler.compile(world, good, keys.values());
    }
    publish(compilation, publisher);
    return seen;
  }

  /// A key that cannot be made or read keeps nothing else back.
  private void provide(Set<ObjectName> names) {
    try {
      keys.provide(names);
      keys.save();
    } catch (IOException e) {
      LOG.atError().setCause(e).log("a key cannot be made: {}", FileFailure.sentence(e));
    }
  }

  private static void tell(Problem problem, String message) {
    LOG.atWarn()
        .addKeyValue("file", problem.file())
        .addKeyValue("line", problem.line())
        .addKeyValue("object", problem.object())
        .addKeyValue("field", problem.field())
        .addKeyValue("fault", problem.fault().text())
        .log(message, problem);
  }
}
