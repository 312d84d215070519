package dev.sluice.operator;

import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.LastGood;
import dev.sluice.compiler.MadeKeys;
import dev.sluice.compiler.problem.Problem;
import dev.sluice.feed.FeedUnavailableException;
import dev.sluice.operator.admin.OperatorMeters;
import dev.sluice.operator.keys.KeySecrets;
import dev.sluice.operator.lead.Leadership;
import dev.sluice.operator.publish.LastManifests;
import dev.sluice.operator.publish.NotPublishedException;
import dev.sluice.operator.publish.Publication;
import dev.sluice.operator.report.Outcome;
import dev.sluice.operator.report.Reporter;
import dev.sluice.operator.world.Cluster;
import dev.sluice.operator.world.ObjectId;
import dev.sluice.operator.world.WorldReader;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The flow of a resource in a cluster: read the world, compile, publish, report; again at each
/// change, always the whole world.
///
/// Only one thread uses it at a time.
final class ResourceFlow {

  private static final Logger LOG = LoggerFactory.getLogger(ResourceFlow.class);

  private final Compiler compiler;
  private final Steps steps;
  private final Leadership leadership;
  private final InstantSource clock;
  private final OperatorMeters meters;
  private final LastManifests manifests = new LastManifests();
  private @Nullable LastGood good;
  private String said = "";
  private volatile boolean served;

  /// What the flow is made of.
  record Steps(WorldReader reader, KeySecrets keys, Publication publication, Reporter reporter) {}

  ResourceFlow(
      Compiler compiler,
      Steps steps,
      Leadership leadership,
      InstantSource clock,
      OperatorMeters meters) {
    this.compiler = compiler;
    this.steps = steps;
    this.leadership = leadership;
    this.clock = clock;
    this.meters = meters;
  }

  /// Whether Envoys that come get what the manifests say.
  boolean served() {
    return served;
  }

  /// @return whether it is to be repeated soon
  boolean run() throws InterruptedException {
    long from = System.nanoTime();
    boolean leads = leadership.leads();
    var cluster = steps.reader().read();
    var problems = new ArrayList<Problem>();
    if (leads) {
      problems.addAll(steps.keys().rotate(cluster, clock.instant()));
    }
    var made = KeySecrets.values(cluster);
    LastGood before;
    try {
      before = good == null ? begin(cluster) : good;
    } catch (FeedUnavailableException e) {
      say("nothing is published before Redis tells what was: " + e.getMessage());
      return true;
    }
    var compilation = compiler.compile(cluster.world(), before, made);
    var hindrance = publish(cluster, compilation, leads);
    good = compilation.good();
    served = true;
    if (leads) {
      problems.addAll(steps.keys().make(compilation.keysToGenerate(), cluster));
    }
    var outcome = Outcome.of(cluster, compilation, problems, made, hindrance);
    meters.round(
        Duration.ofNanos(System.nanoTime() - from), cluster.kinds(), outcome.problems().size());
    steps.reporter().report(leads ? outcome : null);
    return hindrance != null || !problems.isEmpty() || endsSoon(made);
  }

  /// Whether the time of a replaced key is nearly over.
  private boolean endsSoon(MadeKeys made) {
    var soon = clock.instant().plus(Operator.RESYNC_EVERY);
    return made.replaced().values().stream().anyMatch(old -> old.until().isBefore(soon));
  }

  /// What was in force when the last operator published: with the manifests that it kept, where the
  /// present ones are bad.
  private LastGood begin(Cluster cluster) {
    var kept = manifests.begin(steps.publication().begin());
    var world = steps.reader().with(kept);
    var files = kept.keySet().stream().map(ObjectId::path).collect(Collectors.toSet());
    return compiler.recall(world, files, KeySecrets.values(cluster));
  }

  /// @return why it is not published, null where it is
  private @Nullable String publish(Cluster cluster, Compilation compilation, boolean leads)
      throws InterruptedException {
    var objects = cluster.objects();
    var fine = Outcome.good(cluster, compilation);
    var kept = manifests.next(objects, fine);
    try {
      var published = Outcome.published(fine, compilation);
      steps
          .publication()
          .publish(new Publication.Next(leads, compilation, objects, published, kept));
      said = "";
      return null;
    } catch (NotPublishedException e) {
      say("the policy is not published: " + e.getMessage());
      return String.valueOf(e.getMessage());
    }
  }

  /// Once, not at each attempt.
  private void say(String sentence) {
    if (!sentence.equals(said)) {
      LOG.warn(sentence);
      said = sentence;
    }
  }
}
