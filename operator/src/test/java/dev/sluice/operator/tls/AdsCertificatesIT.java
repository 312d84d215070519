package dev.sluice.operator.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.kubernetes.Access;
import dev.sluice.testkit.kubernetes.Cluster;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The operator's own authority, in the Secrets of a real API server.
class AdsCertificatesIT {

  private static final Instant NOW = Instant.now();

  private Access access;
  private KubernetesClient client;
  private AdsCertificates.Names names;

  @BeforeEach
  void connect() {
    access = Cluster.shared().admin();
    var config = Config.fromKubeconfig(access.kubeconfigYaml());
    client = new KubernetesClientBuilder().withConfig(config).build();
    var namespace = Cluster.shared().newNamespace("ads");
    names = new AdsCertificates.Names(namespace, "sluice-ads", "operator.sluice.svc");
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  private AdsCertificates open(Instant now) throws IOException {
    return AdsCertificates.open(client, names, InstantSource.fixed(now));
  }

  private String field(String secret, String key) {
    var found = client.secrets().inNamespace(names.namespace()).withName(secret).get();
    return new String(Base64.getDecoder().decode(found.getData().get(key)));
  }

  private static X509Certificate certificate(String pem) throws Exception {
    var factory = CertificateFactory.getInstance("X.509");
    return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(pem.getBytes()));
  }

  @Test
  void what_is_missing_is_made_once_and_every_replica_uses_it() throws Exception {
    var first = open(NOW);
    var second = open(NOW);
    for (var file : new String[] {"ca.crt", "tls.crt", "tls.key"}) {
      assertThat(Files.readString(second.folder().resolve(file)))
          .isEqualTo(Files.readString(first.folder().resolve(file)))
          .isEqualTo(field("sluice-ads-operator", file));
    }
    var authority = certificate(field("sluice-ads-authority", "tls.crt"));
    certificate(field("sluice-ads-operator", "tls.crt")).verify(authority.getPublicKey());
    certificate(field("sluice-ads-gateway", "tls.crt")).verify(authority.getPublicKey());
    assertThat(field("sluice-ads-gateway", "ca.crt"))
        .isEqualTo(field("sluice-ads-authority", "tls.crt"));
  }

  @Test
  void no_key_stays_on_the_disk() throws Exception {
    var certificates = open(NOW);
    assertThat(certificates.folder()).isNotEmptyDirectory();
    certificates.close();
    assertThat(certificates.folder()).doesNotExist();
  }

  @Test
  void leaves_are_renewed_after_two_thirds_of_their_life_by_the_same_authority() throws Exception {
    open(NOW);
    var authority = field("sluice-ads-authority", "tls.crt");
    var before = field("sluice-ads-gateway", "tls.crt");
    open(NOW.plus(Duration.ofDays(59)));
    assertThat(field("sluice-ads-gateway", "tls.crt")).isEqualTo(before);
    open(NOW.plus(Duration.ofDays(61)));
    assertThat(field("sluice-ads-gateway", "tls.crt")).isNotEqualTo(before);
    assertThat(field("sluice-ads-authority", "tls.crt")).isEqualTo(authority);
  }

  @Test
  void a_secret_that_somebody_broke_is_named() throws Exception {
    open(NOW);
    var patch = "{\"data\":{\"tls.crt\":\"bm9uZQ==\"}}";
    access
        .kubectl(
            "patch",
            "secret",
            "sluice-ads-gateway",
            "--namespace=" + names.namespace(),
            "-p",
            patch)
        .orThrow();
    assertThatThrownBy(() -> open(NOW)).hasMessageContaining("sluice-ads-*");
  }
}
