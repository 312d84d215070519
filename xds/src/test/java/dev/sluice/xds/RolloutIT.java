package dev.sluice.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.provider.Credential;
import dev.sluice.core.provider.Credentials;
import dev.sluice.xds.ads.Rollout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The order in which a policy and a real Envoy learn of a provider.
class RolloutIT {

  private static final Credentials CREDENTIALS =
      new Credentials(
          Map.of(
              "default/one/main", new Credential.Value("1"),
              "default/two/main", new Credential.Value("2"),
              "default/three/main", new Credential.Value("3")));

  private RunningEnvoy envoy;
  private Rollout rollout;

  @BeforeEach
  void start() throws Exception {
    envoy = new RunningEnvoy(Samples.resources(Samples.upstream("one", "http://127.0.0.1:1")));
    rollout = new Rollout(envoy.ads, new TrustStore(Path.of("/etc/ssl/certs/ca-certificates.crt")));
    rollout.publish(policy("1", "one"), CREDENTIALS, () -> {});
  }

  @AfterEach
  void stop() throws Exception {
    rollout.close();
    envoy.close();
  }

  private static Snapshot policy(String version, String... names) {
    var upstreams =
        java.util.Arrays.stream(names)
            .map(name -> Samples.upstream(name, "http://127.0.0.1:1"))
            .toArray(Upstream[]::new);
    var snapshot = Samples.snapshot(upstreams);
    return new Snapshot(version, "1", snapshot.keys(), snapshot.upstreams());
  }

  private boolean knows(String provider) {
    try {
      return envoy.admin("/clusters").contains("provider/default/" + provider + "/main::");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void envoy_knows_a_provider_before_the_policy_and_forgets_it_after() throws Exception {
    rollout.publish(
        policy("2", "two"),
        CREDENTIALS,
        () -> {
          assertThat(knows("two")).isTrue();
          assertThat(envoy.ads.acknowledged()).isTrue();
          assertThat(envoy.ads.nodes().getFirst().policyVersion()).isEqualTo("2");
        });
    assertThat(knows("one")).as("requests may be on their way").isTrue();
    // A change in the meantime does not cut it short.
    rollout.publish(policy("3", "two", "three"), CREDENTIALS, () -> {});
    assertThat(knows("one")).isTrue();
    assertThat(knows("three")).isTrue();
    await().atMost(Duration.ofSeconds(10)).until(() -> !knows("one"));
    assertThat(knows("two")).isTrue();
    assertThat(envoy.ads.nodes().getFirst().policyVersion()).isEqualTo("3");
  }

  @Test
  void where_the_policy_fails_envoy_keeps_what_the_old_one_needs() throws Exception {
    assertThatThrownBy(
            () ->
                rollout.publish(
                    policy("2", "two"),
                    CREDENTIALS,
                    () -> {
                      throw new IOException("Redis is away");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("Redis is away");
    assertThat(knows("one")).isTrue();
    assertThat(knows("two")).isTrue();
    rollout.publish(policy("3", "three"), CREDENTIALS, () -> assertThat(knows("one")).isTrue());
    await().atMost(Duration.ofSeconds(10)).until(() -> !knows("one") && !knows("two"));
    assertThat(knows("three")).isTrue();
  }

  @Test
  void a_credential_without_a_value_changes_nothing() {
    assertThatThrownBy(
            () ->
                rollout.publish(
                    policy("2", "two"),
                    new Credentials(Map.of()),
                    () -> {
                      throw new AssertionError("the policy was put in force");
                    }))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(knows("two")).isFalse();
    assertThat(envoy.ads.acknowledged()).isTrue();
  }
}
