package dev.sluice.operator.keys;

import dev.sluice.compiler.MadeKeys;
import dev.sluice.compiler.problem.Fault;
import dev.sluice.compiler.problem.Problem;
import dev.sluice.core.policy.KeyFormat;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.operator.world.Cluster;
import dev.sluice.operator.world.ObjectId;
import dev.sluice.operator.world.Seen;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The Secrets of VirtualKeys that name none: made once, rotated when asked, never overwritten.
///
/// A write that meets another's is dropped; the change that it lost to starts the next round.
public final class KeySecrets implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(KeySecrets.class);
  private static final String KIND = "VirtualKey";

  /// A round that makes Secrets is to be over within a second: it holds up the next suspension.
  private static final int MADE_A_ROUND_MAX = 200;

  /// Writes at once.
  private static final int MAKERS = 8;

  private final KubernetesClient client;
  private final SecureRandom random = new SecureRandom();
  private final ExecutorService makers = Executors.newFixedThreadPool(MAKERS);

  public KeySecrets(KubernetesClient client) {
    this.client = client;
  }

  /// The values that are there.
  public static MadeKeys values(Cluster cluster) {
    var values = new TreeMap<ObjectName, String>();
    var replaced = new TreeMap<ObjectName, MadeKeys.Replaced>();
    for (var made : owned(cluster)) {
      var token = made.secret().token();
      var before = made.secret().replaced();
      if (token != null) {
        values.put(made.key().id().name(), token);
      }
      if (before != null) {
        replaced.put(made.key().id().name(), before);
      }
    }
    return new MadeKeys(values, replaced);
  }

  /// A key with the Secret that was made for it.
  private record Made(Seen key, MadeSecret secret) {}

  private static List<Made> owned(Cluster cluster) {
    var owned = new ArrayList<Made>();
    for (var found : cluster.made()) {
      var secret = new MadeSecret(found);
      var metadata = found.getMetadata();
      for (var owner : metadata.getOwnerReferences()) {
        var id = new ObjectId(KIND, new ObjectName(metadata.getNamespace(), owner.getName()));
        var key = cluster.objects().get(id);
        if (key != null && secret.belongsTo(key)) {
          owned.add(new Made(key, secret));
        }
      }
    }
    return owned;
  }

  /// Makes the Secrets of these keys, of the first ones where there are many: what is made starts
  /// the next round.
  ///
  /// @return what stood in the way
  public List<Problem> make(Collection<ObjectName> names, Cluster cluster)
      throws InterruptedException {
    var making = new ArrayList<Callable<Optional<Problem>>>();
    for (var name : names) {
      var key = cluster.objects().get(new ObjectId(KIND, name));
      if (key != null && making.size() < MADE_A_ROUND_MAX) {
        making.add(() -> make(key));
      }
    }
    var problems = new ArrayList<Problem>();
    for (var made : makers.invokeAll(making)) {
      try {
        made.get().ifPresent(problems::add);
      } catch (ExecutionException e) {
        throw new IllegalStateException("BUG: a Secret was not made", e.getCause());
      }
    }
    return problems;
  }

  private Optional<Problem> make(Seen key) {
    var made = MadeSecret.of(key, KeyFormat.generate(random), key.annotations().get(Rotation.MARK));
    try {
      client.resource(made.secret()).create();
      LOG.atInfo().addKeyValue("key", key.id().name()).log("made a key");
      return Optional.empty();
    } catch (KubernetesClientException e) {
      return hindrance(key, e);
    }
  }

  private Optional<Problem> hindrance(Seen key, KubernetesClientException e) {
    var there = e.getCode() == HttpURLConnection.HTTP_CONFLICT ? there(key) : null;
    if (there == null) {
      var fault = "made: " + sentence(e);
      return Optional.of(problem(key, "", "Secret " + MadeSecret.name(key), fault));
    }
    if (there.belongsTo(key)) {
      return Optional.empty();
    }
    var expected = "no Secret of this name, or spec.keySecretRef; one is there, not made for it";
    return Optional.of(problem(key, "metadata.name", MadeSecret.name(key), expected));
  }

  private @Nullable MadeSecret there(Seen key) {
    var namespace = key.id().name().namespace();
    var found = client.secrets().inNamespace(namespace).withName(MadeSecret.name(key)).get();
    return found == null ? null : new MadeSecret(found);
  }

  /// Rotates the keys whose annotations ask for it, and takes away values whose time is over.
  ///
  /// @return what stood in the way
  public List<Problem> rotate(Cluster cluster, Instant now) {
    var problems = new ArrayList<Problem>();
    for (var made : owned(cluster)) {
      try {
        rotate(made, Rotation.of(made.key().annotations()), now);
      } catch (DateTimeException e) {
        var field = "metadata.annotations[" + Rotation.OVERLAP + "]";
        problems.add(problem(made.key(), field, String.valueOf(e.getMessage()), Rotation.EXPECTED));
      } catch (KubernetesClientException e) {
        problems.add(problem(made.key(), "", "its Secret", "to be written: " + sentence(e)));
      }
    }
    return problems;
  }

  private void rotate(Made made, Rotation rotation, Instant now) {
    var mark = rotation.mark();
    if (mark != null && !made.secret().rotated(mark)) {
      write(made.secret().rotate(KeyFormat.generate(random), mark, rotation.until(now)));
      LOG.atInfo().addKeyValue("key", made.key().id().name()).log("rotated a key");
    } else if (made.secret().stale(now)) {
      write(made.secret().withoutPrevious());
      LOG.atInfo().addKeyValue("key", made.key().id().name()).log("ended a replaced key");
    }
  }

  /// Only where it is as we saw it.
  private void write(MadeSecret secret) {
    try {
      var version = secret.secret().getMetadata().getResourceVersion();
      client.resource(secret.secret()).lockResourceVersion(version).update();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
    }
  }

  private static Problem problem(Seen key, String field, String value, String expected) {
    var fault = new Fault.Taken(value, expected);
    return new Problem(key.id().path(), 1, KIND + " " + key.id().name(), field, fault);
  }

  private static String sentence(KubernetesClientException e) {
    return e.getStatus() == null ? "the API server did not answer" : e.getStatus().getMessage();
  }

  @Override
  public void close() {
    makers.shutdownNow();
  }
}
