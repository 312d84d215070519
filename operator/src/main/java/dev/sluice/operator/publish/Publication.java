package dev.sluice.operator.publish;

import dev.sluice.compiler.Compilation;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.feed.EnvoyReport;
import dev.sluice.feed.FeedUnavailableException;
import dev.sluice.feed.KeptManifest;
import dev.sluice.feed.PolicyPublisher;
import dev.sluice.feed.PolicyPublisher.Published;
import dev.sluice.operator.world.ObjectId;
import dev.sluice.operator.world.Seen;
import dev.sluice.xds.ads.AdsServer;
import dev.sluice.xds.ads.Node;
import dev.sluice.xds.ads.Rejection;
import dev.sluice.xds.ads.Rollout;
import dev.sluice.xds.ads.ToolSecretsServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts compilations into force in a cluster: every replica hands Envoy's part to the Envoys that
/// are connected to it, and the one that leads switches the policy, once they have it.
public final class Publication {

  private static final Logger LOG = LoggerFactory.getLogger(Publication.class);

  /// For how long the Envoys of other replicas are waited for: one that is away must not hold up a
  /// suspension.
  private static final Duration OTHERS_WITHIN = Duration.ofSeconds(1);

  private static final Duration LOOKED_EVERY = Duration.ofMillis(50);

  private final AdsServer ads;
  private final ToolSecretsServer secrets;
  private final Rollout rollout;
  private final PolicyPublisher publisher;
  private final ReentrantLock lock = new ReentrantLock();
  private final Progress progress = new Progress();
  private boolean led;
  private long generation;
  private String version = "";
  private List<KeptManifest> kept = List.of();

  public Publication(
      AdsServer ads, ToolSecretsServer secrets, Rollout rollout, PolicyPublisher publisher) {
    this.ads = ads;
    this.secrets = secrets;
    this.rollout = rollout;
    this.publisher = publisher;
  }

  /// Begins with what was published before.
  ///
  /// @return the manifests that came with it
  /// @throws FeedUnavailableException where Redis does not answer
  public List<KeptManifest> begin() {
    var current = publisher.current();
    lock.lock();
    try {
      current.ifPresent(
          policy -> {
            generation = policy.generation();
            version = policy.snapshot().version();
            kept = policy.lastGood();
          });
      return kept;
    } finally {
      lock.unlock();
    }
  }

  /// What is to be put into force.
  ///
  /// @param leads whether this operator also switches the policy
  /// @param good the objects whose present version is in the compilation
  public record Next(
      boolean leads,
      Compilation compilation,
      Map<ObjectId, Seen> objects,
      Set<ObjectId> good,
      List<KeptManifest> kept) {}

  public void publish(Next next) throws NotPublishedException, InterruptedException {
    var compilation = next.compilation();
    // Gateways have them before a policy that needs them; every replica has all.
    secrets.publish(compilation.toolSecrets());
    rollout.publish(
        compilation.snapshot(),
        compilation.credentials(),
        () -> {
          if (next.leads()) {
            switchTo(next);
          } else {
            led = false;
          }
        });
  }

  private void switchTo(Next next) throws NotPublishedException, InterruptedException {
    try {
      switchInRedis(next);
    } catch (FeedUnavailableException e) {
      throw new NotPublishedException(String.valueOf(e.getMessage()));
    }
  }

  private void switchInRedis(Next next) throws NotPublishedException, InterruptedException {
    var snapshot = next.compilation().snapshot();
    lock.lock();
    try {
      if (!led) {
        begin();
        led = true;
      }
      if (!snapshot.version().equals(version) || !next.kept().equals(kept)) {
        awaitOthers(snapshot);
        publish(snapshot, next.kept());
      }
      progress.published(generation, version, next.objects(), next.good());
    } finally {
      lock.unlock();
    }
  }

  private void awaitOthers(Snapshot snapshot) throws InterruptedException {
    var deadline = System.nanoTime() + OTHERS_WITHIN.toNanos();
    tell();
    while (!publisher.envoys().stream().allMatch(e -> e.version().equals(snapshot.version()))
        && System.nanoTime() < deadline) {
      Thread.sleep(LOOKED_EVERY);
      tell();
    }
  }

  private void publish(Snapshot snapshot, List<KeptManifest> manifests)
      throws NotPublishedException {
    var published = publisher.publish(snapshot, manifests, generation);
    switch (published) {
      case Published.Switched(long switched) -> {
        generation = switched;
        version = snapshot.version();
        kept = manifests;
        LOG.atInfo()
            .addKeyValue("version", version)
            .addKeyValue("generation", generation)
            .addKeyValue("keys", snapshot.keys().size())
            .addKeyValue("providers", snapshot.upstreams().size())
            .log("policy published");
      }
      case Published.Overtaken(long by, var writer) -> {
        // The next attempt begins with what is there, if this operator still leads then.
        led = false;
        throw new NotPublishedException(
            writer + " has published generation " + by + " (expected: no other that leads)");
      }
    }
  }

  /// Whether Redis still has what was published last: a failover or a loss may have dropped it.
  public boolean stands() {
    lock.lock();
    try {
      return publisher.standing().filter(there -> there.version().equals(version)).isPresent();
    } finally {
      lock.unlock();
    }
  }

  /// Publishes anew at the next call of [#publish(Next)].
  public void forget() {
    lock.lock();
    try {
      version = "";
    } finally {
      lock.unlock();
    }
  }

  /// Tells the other replicas what the Envoys of this one have.
  public void tell() {
    publisher.tell(ads.nodes().stream().map(Publication::report).toList());
  }

  private static EnvoyReport report(Node node) {
    var rejection = node.rejection().map(Rejection::sentence).orElse(null);
    return new EnvoyReport(node.id(), node.policyVersion(), node.connectedSince(), rejection);
  }

  public List<Rejection> rejections() {
    return ads.rejections();
  }

  /// Of what was published last; 0 before anything was.
  public long generation() {
    lock.lock();
    try {
      return generation;
    } finally {
      lock.unlock();
    }
  }

  /// How far what was published has come.
  public Reach reach() {
    try {
      var gateways = publisher.gateways();
      var envoys = publisher.envoys();
      lock.lock();
      try {
        var reach = new Reach.Builder();
        gateways.forEach(g -> reach.processor(g.id(), g.generation(), g.refusal()));
        envoys.forEach(e -> reach.envoy(e.node(), progress.of(e.version()), e.rejection()));
        return reach.build();
      } finally {
        lock.unlock();
      }
    } catch (FeedUnavailableException e) {
      return Reach.unknown(String.valueOf(e.getMessage()));
    }
  }

  /// The published generation that has the object's present version; [Long#MAX_VALUE] for none.
  public long generationOf(Seen object) {
    lock.lock();
    try {
      return progress.of(object);
    } finally {
      lock.unlock();
    }
  }
}
