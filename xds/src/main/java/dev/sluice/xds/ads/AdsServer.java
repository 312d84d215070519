package dev.sluice.xds.ads;

import dev.sluice.xds.XdsResources;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands the resources in force to every Envoy that is connected, and knows which of them has taken
/// them. One lock guards all streams; nothing is waited for while it is held.
public final class AdsServer
    implements BindableService, AggregatedDiscoveryServiceGrpc.AsyncService {

  private static final Logger LOG = LoggerFactory.getLogger(AdsServer.class);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition progress = lock.newCondition();
  private final Set<AdsStream> streams = new LinkedHashSet<>();
  private final Set<String> rejections = new LinkedHashSet<>();
  private @Nullable XdsResources current;

  @Override
  public ServerServiceDefinition bindService() {
    return AggregatedDiscoveryServiceGrpc.bindService(this);
  }

  /// Puts resources in force; equal ones change nothing.
  public void publish(XdsResources resources) {
    lock.lock();
    try {
      if (resources.equals(current)) {
        return;
      }
      current = resources;
      rejections.clear();
      streams.forEach(stream -> stream.advance(resources));
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Whether at least one Envoy is connected.
  public boolean connected() {
    lock.lock();
    try {
      return !streams.isEmpty();
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
          && !streams.isEmpty()
          && streams.stream().allMatch(stream -> stream.acknowledged(target));
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

  /// What Envoys said against the resources in force.
  public List<String> rejections() {
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
    var call = (ServerCallStreamObserver<DiscoveryResponse>) responses;
    var stream = new AdsStream(call::onNext);
    // With a handler, a late onNext is dropped instead of thrown.
    call.setOnCancelHandler(() -> disconnected(stream));
    lock.lock();
    try {
      streams.add(stream);
    } finally {
      lock.unlock();
    }
    return new Requests(stream, call);
  }

  private void requested(AdsStream stream, DiscoveryRequest request) {
    lock.lock();
    try {
      if (!streams.contains(stream)) {
        return;
      }
      var rejection = stream.take(request);
      if (rejection != null && rejections.add(rejection)) {
        LOG.warn("Envoy refused its configuration: {}", rejection);
      }
      if (current != null) {
        stream.advance(current);
      }
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void disconnected(AdsStream stream) {
    lock.lock();
    try {
      streams.remove(stream);
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// What one Envoy sends.
  private final class Requests implements StreamObserver<DiscoveryRequest> {

    private final AdsStream stream;
    private final StreamObserver<DiscoveryResponse> responses;

    Requests(AdsStream stream, StreamObserver<DiscoveryResponse> responses) {
      this.stream = stream;
      this.responses = responses;
    }

    @Override
    public void onNext(DiscoveryRequest request) {
      requested(stream, request);
    }

    @Override
    public void onError(Throwable cause) {
      disconnected(stream);
    }

    @Override
    public void onCompleted() {
      disconnected(stream);
      responses.onCompleted();
    }
  }
}
