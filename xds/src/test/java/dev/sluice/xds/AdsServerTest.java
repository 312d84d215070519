package dev.sluice.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.rpc.Status;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.xds.ads.AdsServer;
import dev.sluice.xds.ads.Rejection;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdsServerTest {

  private static final String CDS = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
  private static final String RDS = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration";
  private static final String SDS =
      "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

  private static final XdsResources ONE =
      Samples.resources(Samples.upstream("one", "http://127.0.0.1:1"));
  private static final XdsResources TWO =
      Samples.resources(Samples.upstream("two", "http://127.0.0.1:2"));

  private final AdsServer ads = new AdsServer();
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server = NettyServerBuilder.forAddress(address).addService(ads).build().start();
    var port = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
    channel = NettyChannelBuilder.forAddress(port).usePlaintext().build();
  }

  @AfterEach
  void stop() throws Exception {
    channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
  }

  @Test
  void nothing_is_acknowledged_before_an_envoy_has_taken_everything() throws Exception {
    ads.publish(ONE);
    assertThat(ads.acknowledged()).isFalse();
    var envoy = new Envoy();
    envoy.ask(CDS);
    var clusters = envoy.response(CDS, "provider/default/one/main");
    envoy.ask(SDS, "credential/default/one/main");
    envoy.take(envoy.response(SDS, "credential/default/one/main"), SDS_ONE);
    envoy.ask(RDS, "sluice");
    envoy.nothingMore();
    assertThat(ads.acknowledged()).isFalse();

    envoy.take(clusters);
    envoy.take(envoy.response(RDS, "sluice"), "sluice");
    assertThat(ads.awaitAcknowledged(Duration.ofSeconds(5))).isTrue();
    ads.publish(Samples.resources(Samples.upstream("one", "http://127.0.0.1:1")));
    envoy.nothingMore();
    assertThat(ads.acknowledged()).isTrue();

    envoy.close();
    await().until(() -> !ads.acknowledged());
    assertThat(ads.awaitAcknowledged(Duration.ofMillis(10))).isFalse();
  }

  @Test
  void a_removed_cluster_goes_last() throws Exception {
    ads.publish(ONE);
    var envoy = new Envoy();
    envoy.start(SDS_ONE);
    assertThat(ads.awaitAcknowledged(Duration.ofSeconds(5))).isTrue();

    ads.publish(TWO);
    var both = envoy.response(CDS, "provider/default/one/main", "provider/default/two/main");
    envoy.ask(SDS, SDS_ONE, SDS_TWO);
    envoy.take(envoy.response(SDS, SDS_TWO), SDS_ONE, SDS_TWO);
    envoy.nothingMore();
    envoy.take(both);
    var routes = envoy.response(RDS, "sluice");
    envoy.nothingMore();
    envoy.take(routes, "sluice");
    envoy.take(envoy.response(CDS, "provider/default/two/main"));
    envoy.take(envoy.response(SDS, SDS_TWO), SDS_TWO);
    assertThat(ads.awaitAcknowledged(Duration.ofSeconds(5))).isTrue();
  }

  @Test
  void a_refusal_is_told_and_not_sent_again_but_the_next_resources_are() throws Exception {
    ads.publish(ONE);
    var envoy = new Envoy();
    envoy.ask(CDS);
    envoy.refuse(envoy.response(CDS, "provider/default/one/main"), "bad cluster");
    envoy.take(envoy.response(CDS)); // the others: there are none
    envoy.nothingMore();
    assertThat(ads.rejections())
        .containsExactly(
            new Rejection("", Optional.of(new ObjectName("default", "one")), "bad cluster"));
    assertThat(ads.acknowledged()).isFalse();

    ads.publish(TWO);
    assertThat(ads.rejections()).isEmpty();
    envoy.response(CDS, "provider/default/two/main"); // the refused one is not needed any more
  }

  @Test
  void a_secret_is_sent_when_it_is_asked_for_again() throws Exception {
    ads.publish(ONE);
    var envoy = new Envoy();
    envoy.start(SDS_ONE);
    envoy.ask(SDS, SDS_ONE);
    envoy.take(envoy.response(SDS, SDS_ONE), SDS_ONE);
    envoy.nothingMore();
  }

  @Test
  void a_request_about_an_older_response_is_ignored() throws Exception {
    ads.publish(ONE);
    var envoy = new Envoy();
    envoy.ask(CDS);
    var first = envoy.response(CDS, "provider/default/one/main");
    envoy.take(first);
    ads.publish(TWO);
    var second = envoy.response(CDS, "provider/default/one/main", "provider/default/two/main");
    envoy.take(first);
    envoy.ask(RDS, "sluice");
    envoy.nothingMore();
    envoy.take(second);
    envoy.response(RDS, "sluice");
  }

  @Test
  void every_connected_envoy_counts() throws Exception {
    ads.publish(ONE);
    var first = new Envoy();
    first.start(SDS_ONE);
    assertThat(ads.awaitAcknowledged(Duration.ofSeconds(5))).isTrue();
    var second = new Envoy();
    second.ask(CDS);
    second.response(CDS, "provider/default/one/main");
    assertThat(ads.acknowledged()).isFalse();
    second.close();
    assertThat(ads.awaitAcknowledged(Duration.ofSeconds(5))).isTrue();
  }

  @Test
  void a_node_tells_which_policy_it_has_and_what_it_refused() throws Exception {
    ads.publish(ONE);
    var envoy = new Envoy();
    envoy.node = node("e-1", "any");
    assertThat(ads.nodes()).isEmpty();
    envoy.start(SDS_ONE);
    assertThat(ads.awaitAcknowledged(Duration.ofSeconds(5))).isTrue();
    assertThat(ads.nodes())
        .singleElement()
        .satisfies(
            node -> {
              assertThat(node.id()).isEqualTo("e-1");
              assertThat(node.policyVersion()).isEqualTo(ONE.policyVersion());
              assertThat(node.connectedSince()).isBeforeOrEqualTo(Instant.now());
              assertThat(node.rejection()).isEmpty();
            });

    ads.publish(version("2", TWO));
    var words =
        "Error adding/updating cluster(s) provider/default/two/main: no, provider/x/y.z: why";
    envoy.refuse(
        envoy.response(CDS, "provider/default/one/main", "provider/default/two/main"), words);
    await().until(() -> ads.rejections().size() == 2);
    assertThat(ads.rejections())
        .containsExactly(
            rejection("e-1", "default", "two", "provider/default/two/main: no"),
            rejection("e-1", "x", "y.z", "provider/x/y.z: why"));
    assertThat(ads.nodes())
        .singleElement()
        .satisfies(
            node -> {
              assertThat(node.policyVersion()).isEqualTo(ONE.policyVersion());
              assertThat(node.rejection()).contains(ads.rejections().getLast());
            });

    ads.publish(version("3", ONE));
    assertThat(ads.nodes().getFirst().rejection()).isEmpty();
    envoy.take(envoy.response(CDS, "provider/default/one/main"));
    envoy.take(envoy.response(SDS, SDS_ONE), SDS_ONE);
    await().until(() -> ads.nodes().getFirst().policyVersion().equals("3"));
    ads.publish(version("4", ONE));
    envoy.nothingMore();
    assertThat(ads.nodes().getFirst().policyVersion()).as("the same resources").isEqualTo("4");
    envoy.close();
    await().until(() -> ads.nodes().isEmpty());
  }

  private static Rejection rejection(String node, String namespace, String name, String text) {
    return new Rejection(node, Optional.of(new ObjectName(namespace, name)), text);
  }

  private static XdsResources version(String version, XdsResources resources) {
    return new XdsResources(version, resources.clusters(), resources.routes(), resources.secrets());
  }

  private static Node node(String id, String group) {
    return Node.newBuilder().setId(id).setCluster(group).build();
  }

  @Test
  void an_envoy_of_another_installation_is_refused() throws Exception {
    var ours = new AdsServer("ours", InstantSource.system());
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var other = NettyServerBuilder.forAddress(address).addService(ours).build().start();
    var otherChannel =
        NettyChannelBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), other.getPort()))
            .usePlaintext()
            .build();
    try {
      ours.publish(ONE);
      var theirs = new Envoy(otherChannel);
      theirs.node = node("e-1", "theirs");
      theirs.ask(CDS);
      var status = io.grpc.Status.fromThrowable(theirs.error.get(5, TimeUnit.SECONDS));
      assertThat(status.getCode()).isEqualTo(io.grpc.Status.Code.PERMISSION_DENIED);
      assertThat(status.getDescription()).contains("\"theirs\"");
      assertThat(ours.nodes()).isEmpty();

      var our = new Envoy(otherChannel);
      our.node = node("e-2", "ours");
      our.ask(CDS);
      our.response(CDS, "provider/default/one/main");
      assertThat(ours.nodes()).hasSize(1);
    } finally {
      otherChannel.shutdownNow();
      other.shutdownNow().awaitTermination();
    }
  }

  private static final String SDS_ONE = "credential/default/one/main";
  private static final String SDS_TWO = "credential/default/two/main";

  /// The client's side of a stream.
  private final class Envoy implements StreamObserver<DiscoveryResponse> {

    private final BlockingQueue<DiscoveryResponse> responses = new LinkedBlockingQueue<>();
    private final StreamObserver<DiscoveryRequest> requests;
    private final java.util.Map<String, String> nonces = new java.util.HashMap<>();
    private final CompletableFuture<Throwable> error = new CompletableFuture<>();
    private Node node = Node.getDefaultInstance();

    Envoy() {
      this(channel);
    }

    Envoy(ManagedChannel channel) {
      requests = AggregatedDiscoveryServiceGrpc.newStub(channel).streamAggregatedResources(this);
    }

    void start(String secret) throws Exception {
      ask(CDS);
      take(response(CDS, "provider/default/one/main"));
      ask(SDS, secret);
      take(response(SDS, secret), secret);
      ask(RDS, "sluice");
      take(response(RDS, "sluice"), "sluice");
    }

    void ask(String type, String... names) {
      requests.onNext(
          DiscoveryRequest.newBuilder()
              .setNode(node)
              .setTypeUrl(type)
              .setResponseNonce(nonces.getOrDefault(type, ""))
              .addAllResourceNames(List.of(names))
              .build());
    }

    DiscoveryResponse response(String type, String... names) throws Exception {
      var response = responses.poll(5, TimeUnit.SECONDS);
      assertThat(response).as("a response").isNotNull();
      assertThat(response.getTypeUrl()).isEqualTo(type);
      var got = response.getResourcesList().stream().map(AdsServerTest::name).toList();
      assertThat(got).containsExactlyElementsOf(Samples.withAgain(type, List.of(names)));
      return response;
    }

    void take(DiscoveryResponse response, String... names) {
      nonces.put(response.getTypeUrl(), response.getNonce());
      requests.onNext(answer(response, names).build());
    }

    void refuse(DiscoveryResponse response, String text) {
      var status = Status.newBuilder().setMessage(text);
      requests.onNext(answer(response).setErrorDetail(status).build());
    }

    private DiscoveryRequest.Builder answer(DiscoveryResponse response, String... names) {
      return DiscoveryRequest.newBuilder()
          .setTypeUrl(response.getTypeUrl())
          .setVersionInfo(response.getVersionInfo())
          .setResponseNonce(response.getNonce())
          .addAllResourceNames(List.of(names));
    }

    void nothingMore() throws Exception {
      assertThat(responses.poll(200, TimeUnit.MILLISECONDS)).isNull();
    }

    void close() {
      requests.onCompleted();
    }

    @Override
    public void onNext(DiscoveryResponse response) {
      responses.add(response);
    }

    @Override
    public void onError(Throwable cause) {
      error.complete(cause);
    }

    @Override
    public void onCompleted() {}
  }

  private static String name(Any resource) {
    try {
      return switch (resource.getTypeUrl()) {
        case CDS -> resource.unpack(io.envoyproxy.envoy.config.cluster.v3.Cluster.class).getName();
        case RDS ->
            resource.unpack(io.envoyproxy.envoy.config.route.v3.RouteConfiguration.class).getName();
        default ->
            resource
                .unpack(io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret.class)
                .getName();
      };
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
