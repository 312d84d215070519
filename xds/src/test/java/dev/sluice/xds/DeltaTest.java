package dev.sluice.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.rpc.Status;
import dev.sluice.xds.ads.AdsServer;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Incremental xDS, as an Envoy would speak it.
class DeltaTest {

  private static final String CDS = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
  private static final String RDS = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration";
  private static final String SDS =
      "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";
  private static final String ONE = "provider/default/one/main";
  private static final String TWO = "provider/default/two/main";
  private static final String THREE = "provider/default/three/main";
  private static final String SECRET_ONE = "credential/default/one/main";
  private static final String SECRET_TWO = "credential/default/two/main";

  private final AdsServer ads = new AdsServer();
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server = NettyServerBuilder.forAddress(address).addService(ads).build().start();
    var port = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
    channel = NettyChannelBuilder.forAddress(port).usePlaintext().build();
    ads.publish(of("one", "two"));
  }

  @AfterEach
  void stop() throws Exception {
    channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
  }

  private static XdsResources of(String... names) {
    return Samples.resources(
        java.util.Arrays.stream(names)
            .map(name -> Samples.upstream(name, "http://127.0.0.1:1"))
            .toArray(dev.sluice.core.policy.Upstream[]::new));
  }

  private static XdsResources moved(String name, String other) {
    return Samples.resources(
        Samples.upstream(name, "http://127.0.0.1:9"),
        Samples.upstream(other, "http://127.0.0.1:1"));
  }

  /// Takes all that there is at first.
  private Envoy started() throws Exception {
    var envoy = new Envoy();
    envoy.subscribe(CDS, "*");
    envoy.take(envoy.response(CDS, List.of(ONE, TWO), List.of()));
    envoy.subscribe(SDS, SECRET_ONE, SECRET_TWO);
    envoy.take(envoy.response(SDS, List.of(SECRET_ONE, SECRET_TWO), List.of()));
    envoy.subscribe(RDS, "sluice");
    envoy.take(envoy.response(RDS, List.of("sluice"), List.of()));
    assertThat(ads.awaitAcknowledged(Duration.ofSeconds(5))).isTrue();
    return envoy;
  }

  @Test
  void only_what_has_changed_is_sent() throws Exception {
    var envoy = started();
    ads.publish(moved("one", "two"));
    envoy.take(envoy.response(CDS, List.of(ONE), List.of()));
    assertThat(ads.awaitAcknowledged(Duration.ofSeconds(5))).isTrue();
    envoy.nothingMore();
  }

  @Test
  void new_clusters_come_first_then_routes_and_removals_last() throws Exception {
    var envoy = started();
    ads.publish(of("one", "three"));
    var added = envoy.response(CDS, List.of(THREE), List.of());
    envoy.nothingMore();
    envoy.take(added);
    var routes = envoy.response(RDS, List.of("sluice"), List.of());
    envoy.nothingMore();
    assertThat(ads.acknowledged()).isFalse();
    envoy.take(routes);
    envoy.take(envoy.response(CDS, List.of(), List.of(TWO)));
    envoy.unsubscribe(SDS, SECRET_TWO);
    envoy.subscribe(SDS, "credential/default/three/main");
    envoy.take(envoy.response(SDS, List.of("credential/default/three/main"), List.of()));
    assertThat(ads.awaitAcknowledged(Duration.ofSeconds(5))).isTrue();
    envoy.nothingMore();
  }

  @Test
  void whoever_subscribes_again_is_sent_it_again_also_in_flight() throws Exception {
    var envoy = started();
    envoy.unsubscribe(SDS, SECRET_ONE);
    envoy.nothingMore();
    envoy.subscribe(SDS, SECRET_ONE);
    var first = envoy.response(SDS, List.of(SECRET_ONE), List.of());
    envoy.subscribe(SDS, SECRET_ONE);
    envoy.nothingMore();
    envoy.take(first);
    envoy.take(envoy.response(SDS, List.of(SECRET_ONE), List.of()));
    envoy.nothingMore();
    assertThat(ads.acknowledged()).isTrue();
  }

  @Test
  void an_envoy_that_comes_back_is_told_what_it_missed() throws Exception {
    var before = started();
    before.close();
    await().until(() -> !ads.connected());
    ads.publish(moved("one", "three"));

    var envoy = new Envoy();
    envoy.resume(CDS, before, "*");
    envoy.take(envoy.response(CDS, List.of(ONE, THREE), List.of()));
    envoy.resume(SDS, before, SECRET_ONE, SECRET_TWO);
    envoy.subscribe(SDS, "credential/default/three/main");
    envoy.take(envoy.response(SDS, List.of("credential/default/three/main"), List.of()));
    envoy.resume(RDS, before, "sluice");
    envoy.take(envoy.response(RDS, List.of("sluice"), List.of()));
    envoy.take(envoy.response(CDS, List.of(), List.of(TWO)));
    assertThat(ads.awaitAcknowledged(Duration.ofSeconds(5))).isTrue();
  }

  @Test
  void an_envoy_that_missed_nothing_has_acknowledged_as_it_comes_back() throws Exception {
    var before = started();
    before.close();
    await().until(() -> !ads.connected());
    var envoy = new Envoy();
    envoy.resume(CDS, before, "*");
    envoy.take(envoy.response(CDS, List.of(), List.of()));
    envoy.resume(SDS, before, SECRET_ONE, SECRET_TWO);
    envoy.resume(RDS, before, "sluice");
    assertThat(ads.awaitAcknowledged(Duration.ofSeconds(5))).isTrue();
    envoy.nothingMore();
  }

  @Test
  void what_was_refused_is_not_sent_again_but_its_correction_is() throws Exception {
    var envoy = started();
    ads.publish(moved("one", "two"));
    envoy.refuse(envoy.response(CDS, List.of(ONE), List.of()), "not this one");
    await().until(() -> !ads.rejections().isEmpty());
    assertThat(ads.rejections())
        .singleElement()
        .satisfies(
            rejection -> {
              assertThat(rejection.provider().map(Object::toString)).contains("default/one");
              assertThat(rejection.sentence()).isEqualTo("not this one");
            });
    envoy.nothingMore();

    ads.publish(of("one", "two", "three"));
    assertThat(ads.rejections()).isEmpty();
    // Of the refused response, Envoy may have taken a part.
    envoy.take(envoy.response(CDS, List.of(THREE), List.of()));
    envoy.take(envoy.response(RDS, List.of("sluice"), List.of()));
  }

  /// The client's side of a stream.
  private final class Envoy implements StreamObserver<DeltaDiscoveryResponse> {

    private final BlockingQueue<DeltaDiscoveryResponse> responses = new LinkedBlockingQueue<>();
    private final Map<String, Map<String, String>> versions = new TreeMap<>();
    private final StreamObserver<DeltaDiscoveryRequest> requests;

    Envoy() {
      requests = AggregatedDiscoveryServiceGrpc.newStub(channel).deltaAggregatedResources(this);
    }

    void subscribe(String type, String... names) {
      requests.onNext(
          DeltaDiscoveryRequest.newBuilder()
              .setTypeUrl(type)
              .addAllResourceNamesSubscribe(List.of(names))
              .build());
    }

    void unsubscribe(String type, String... names) {
      requests.onNext(
          DeltaDiscoveryRequest.newBuilder()
              .setTypeUrl(type)
              .addAllResourceNamesUnsubscribe(List.of(names))
              .build());
    }

    /// Subscribes, having what the stream before had.
    void resume(String type, Envoy before, String... names) {
      requests.onNext(
          DeltaDiscoveryRequest.newBuilder()
              .setTypeUrl(type)
              .addAllResourceNamesSubscribe(List.of(names))
              .putAllInitialResourceVersions(before.versions.get(type))
              .build());
    }

    DeltaDiscoveryResponse response(String type, List<String> added, List<String> removed)
        throws Exception {
      var response = responses.poll(5, TimeUnit.SECONDS);
      assertThat(response).as("a response").isNotNull();
      assertThat(response.getTypeUrl()).isEqualTo(type);
      assertThat(response.getResourcesList().stream().map(Resource::getName))
          .containsExactlyInAnyOrderElementsOf(Samples.withAgain(type, added));
      assertThat(response.getRemovedResourcesList())
          .containsExactlyInAnyOrderElementsOf(Samples.withAgain(type, removed));
      return response;
    }

    void take(DeltaDiscoveryResponse response) {
      var had = versions.computeIfAbsent(response.getTypeUrl(), _ -> new TreeMap<>());
      response.getResourcesList().forEach(r -> had.put(r.getName(), r.getVersion()));
      response.getRemovedResourcesList().forEach(had::remove);
      requests.onNext(answer(response).build());
    }

    void refuse(DeltaDiscoveryResponse response, String text) {
      var status = Status.newBuilder().setMessage(text);
      requests.onNext(answer(response).setErrorDetail(status).build());
    }

    private static DeltaDiscoveryRequest.Builder answer(DeltaDiscoveryResponse response) {
      return DeltaDiscoveryRequest.newBuilder()
          .setTypeUrl(response.getTypeUrl())
          .setResponseNonce(response.getNonce());
    }

    void nothingMore() throws Exception {
      assertThat(responses.poll(200, TimeUnit.MILLISECONDS)).isNull();
    }

    void close() {
      requests.onCompleted();
    }

    @Override
    public void onNext(DeltaDiscoveryResponse response) {
      responses.add(response);
    }

    @Override
    public void onError(Throwable cause) {}

    @Override
    public void onCompleted() {}
  }
}
