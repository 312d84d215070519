package dev.sluice.xds.ads;

import dev.sluice.xds.XdsResources;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands the resources in force to every Envoy that is connected, and knows which of them has taken
/// them. One lock guards all streams; nothing is waited for while it is held.
public final class AdsServer
    implements BindableService, AggregatedDiscoveryServiceGrpc.AsyncService {

  private static final Logger LOG = LoggerFactory.getLogger(AdsServer.class);
  private static final int REJECTIONS_MAX = 1_000;

  private final Group group;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition progress = lock.newCondition();
  private final Set<Connection<?>> connections = new LinkedHashSet<>();
  private final Set<Rejection> rejections = new LinkedHashSet<>();
  private @Nullable Target current;

  /// Whose Envoys are served.
  private sealed interface Group {
    record Any() implements Group {}

    record Named(String name) implements Group {}
  }

  /// Serves every Envoy.
  public AdsServer() {
    this(new Group.Any(), InstantSource.system());
  }

  /// Serves the Envoys of one group only.
  ///
  /// @param group the name of the installation, which its Envoys have as `node.cluster`
  public AdsServer(String group, InstantSource clock) {
    this(new Group.Named(group), clock);
  }

  private AdsServer(Group group, InstantSource clock) {
    this.group = group;
    this.clock = clock;
  }

  @Override
  public ServerServiceDefinition bindService() {
    return AggregatedDiscoveryServiceGrpc.bindService(this);
  }

  /// Puts resources in force; equal ones change nothing.
  public void publish(XdsResources resources) {
    var target = Target.of(resources);
    lock.lock();
    try {
      if (current == null || !target.isSameAs(current)) {
        rejections.clear();
        connections.forEach(Connection::forgive);
      }
      current = target;
      connections.forEach(connection -> connection.advance(target));
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Whether at least one Envoy is connected.
  public boolean connected() {
    lock.lock();
    try {
      return !connections.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /// Whether at least one Envoy is connected, and all that are have taken everything in force.
  public boolean acknowledged() {
    lock.lock();
    try {
      var target = current;
      return target != null
          && !connections.isEmpty()
          && connections.stream().allMatch(connection -> connection.acknowledged(target));
    } finally {
      lock.unlock();
    }
  }

  /// Waits until [#acknowledged()]; false where that took too long.
  public boolean awaitAcknowledged(Duration timeout) throws InterruptedException {
    var left = timeout.toNanos();
    lock.lock();
    try {
      while (!acknowledged()) {
        if (left <= 0) {
          return false;
        }
        left = progress.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// The Envoys that are connected, by id; of two with one id the one that came last.
  public List<Node> nodes() {
    lock.lock();
    try {
      var nodes = new TreeMap<String, Node>();
      connections.forEach(connection -> nodes.put(connection.node().id(), connection.node()));
      return List.copyOf(nodes.values());
    } finally {
      lock.unlock();
    }
  }

  /// What Envoys said against the resources in force.
  public List<Rejection> rejections() {
    lock.lock();
    try {
      return List.copyOf(rejections);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public StreamObserver<DiscoveryRequest> streamAggregatedResources(
      StreamObserver<DiscoveryResponse> responses) {
    return new Requests<>(
        DiscoveryRequest::getNode,
        new AdsStream<>(
            DiscoveryRequest::getTypeUrl, type -> new StateSubscription(type, responses::onNext)),
        responses);
  }

  @Override
  public StreamObserver<DeltaDiscoveryRequest> deltaAggregatedResources(
      StreamObserver<DeltaDiscoveryResponse> responses) {
    return new Requests<>(
        DeltaDiscoveryRequest::getNode,
        new AdsStream<>(
            DeltaDiscoveryRequest::getTypeUrl,
            type -> new DeltaSubscription(type, responses::onNext)),
        responses);
  }

  private boolean serves(io.envoyproxy.envoy.config.core.v3.Node node) {
    return switch (group) {
      case Group.Any() -> true;
      case Group.Named(var name) -> name.equals(node.getCluster());
    };
  }

  private <Q> void requested(Connection<Q> connection, Q request) {
    lock.lock();
    try {
      for (var rejection : connection.take(request)) {
        var known =
            rejections.stream().anyMatch(other -> other.sentence().equals(rejection.sentence()));
        if (rejections.size() < REJECTIONS_MAX && rejections.add(rejection) && !known) {
          LOG.atWarn()
              .addKeyValue("node", rejection.node())
              .addKeyValue("provider", rejection.provider().map(Object::toString).orElse(""))
              .log("Envoy refused its configuration: {}", rejection.sentence());
        }
      }
      if (current != null) {
        connection.advance(current);
      }
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void connected(Connection<?> connection) {
    lock.lock();
    try {
      connections.add(connection);
    } finally {
      lock.unlock();
    }
  }

  private void disconnected(Connection<?> connection) {
    lock.lock();
    try {
      connections.remove(connection);
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// What one Envoy sends; the first tells who it is.
  private final class Requests<Q> implements StreamObserver<Q> {

    private final Function<Q, io.envoyproxy.envoy.config.core.v3.Node> nodeOf;
    private final AdsStream<Q> stream;
    private final ServerCallStreamObserver<?> responses;
    private @Nullable Connection<Q> connection;
    private boolean ended;

    Requests(
        Function<Q, io.envoyproxy.envoy.config.core.v3.Node> nodeOf,
        AdsStream<Q> stream,
        StreamObserver<?> responses) {
      this.nodeOf = nodeOf;
      this.stream = stream;
      this.responses = (ServerCallStreamObserver<?>) responses;
      // With a handler, a late onNext is dropped instead of thrown.
      this.responses.setOnCancelHandler(this::end);
    }

    @Override
    public void onNext(Q request) {
      if (ended) {
        return;
      }
      var known = connection;
      if (known == null) {
        var node = nodeOf.apply(request);
        if (!serves(node)) {
          refuse(node);
          return;
        }
        known = new Connection<>(node.getId(), clock.instant(), stream);
        connection = known;
        connected(known);
      }
      requested(known, request);
    }

    private void refuse(io.envoyproxy.envoy.config.core.v3.Node node) {
      ended = true;
      var sentence =
          "node.cluster: \"%s\" (expected: the installation that is served here)"
              .formatted(node.getCluster());
      LOG.warn("an Envoy of another installation was refused: {}: {}", node.getId(), sentence);
      responses.onError(Status.PERMISSION_DENIED.withDescription(sentence).asRuntimeException());
    }

    private void end() {
      ended = true;
      if (connection != null) {
        disconnected(connection);
      }
    }

    @Override
    public void onError(Throwable cause) {
      end();
    }

    @Override
    public void onCompleted() {
      if (!ended) {
        end();
        responses.onCompleted();
      }
    }
  }
}
