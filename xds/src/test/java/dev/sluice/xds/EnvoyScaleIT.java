package dev.sluice.xds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.policy.Upstream;
import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What a change costs a real Envoy that knows 20 providers, in each of the two protocols.
@ParameterizedClass
@EnumSource(RunningEnvoy.Protocol.class)
class EnvoyScaleIT {

  private static final int PROVIDERS = 20;
  private static final int CHANGES = 40;

  @Parameter RunningEnvoy.Protocol protocol;

  private static XdsResources providers(int count, int changed, int port) {
    var upstreams = new ArrayList<Upstream>();
    for (var i = 0; i < count; i++) {
      var endpoint = "https://127.0.0.1:" + (i == changed ? port : 9);
      upstreams.add(Samples.upstream("provider-" + i, endpoint));
    }
    return Samples.resources(upstreams.toArray(Upstream[]::new));
  }

  @Test
  void one_of_20_providers_changes_or_comes_and_goes() throws Exception {
    try (var envoy = new RunningEnvoy(providers(PROVIDERS, 0, 9), protocol::of)) {
      assertThat(envoy.admin("/config_dump")).contains("\"" + protocol.apiType() + "\"");
      var changes = new long[CHANGES];
      var before = received(envoy);
      for (var i = 0; i < CHANGES; i++) {
        var resources = providers(PROVIDERS, i % PROVIDERS, 1000 + i);
        var start = System.nanoTime();
        envoy.publish(resources);
        changes[i] = System.nanoTime() - start;
      }
      var bytesOfChange = (received(envoy) - before) / CHANGES;
      before = received(envoy);
      var visits = new long[CHANGES];
      for (var i = 0; i < CHANGES; i++) {
        var resources = providers(PROVIDERS + (i + 1) % 2, -1, 9);
        var start = System.nanoTime();
        envoy.publish(resources);
        visits[i] = System.nanoTime() - start;
      }
      var bytesOfVisit = (received(envoy) - before) / CHANGES;
      System.out.printf(
          "%s: a change %.1f ms (p90 %.1f), %d bytes; one comes or goes %.1f ms (p90 %.1f),"
              + " %d bytes%n",
          protocol,
          millis(changes, 0.5),
          millis(changes, 0.9),
          bytesOfChange,
          millis(visits, 0.5),
          millis(visits, 0.9),
          bytesOfVisit);
      assertThat(envoy.stat("cluster_manager.cds.update_rejected")).isZero();
    }
  }

  private static long received(RunningEnvoy envoy) throws Exception {
    return envoy.stat("cluster.grpc.upstream_cx_rx_bytes_total");
  }

  private static double millis(long[] nanos, double part) {
    var sorted = nanos.clone();
    Arrays.sort(sorted);
    return sorted[(int) (sorted.length * part)] / 1e6;
  }
}
