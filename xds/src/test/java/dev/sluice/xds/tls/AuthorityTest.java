package dev.sluice.xds.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.security.SignatureException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuthorityTest {

  private static final Instant NOW = Instant.parse("2026-11-29T08:00:00Z");
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Authority.Pair authority = Authority.create("sluice", NOW, RANDOM);

  @Test
  void makes_an_authority_for_ten_years() throws Exception {
    var root = Pem.certificates(authority.certificatePem()).getFirst();
    root.verify(root.getPublicKey());
    assertThat(root.getBasicConstraints()).as("signs leaves only").isZero();
    assertThat(root.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(3650)));
    assertThat(root.getSubjectX500Principal()).hasToString("CN=sluice");
    assertThat(root.getKeyUsage()[5]).as("signs certificates").isTrue();
    assertThat(authority.toString()).doesNotContain("PRIVATE");
  }

  @Test
  void makes_a_certificate_for_a_server() throws Exception {
    var names = List.of("operator.sluice.svc", "operator.sluice.svc.cluster.local");
    var pair = Authority.server(authority, names, NOW, RANDOM);
    var leaf = Identity.checked(pair.certificatePem(), pair.keyPem(), NOW).chain().getFirst();
    leaf.verify(Pem.certificates(authority.certificatePem()).getFirst().getPublicKey());
    assertThat(leaf.getBasicConstraints()).as("no authority").isEqualTo(-1);
    assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(leaf.getSubjectAlternativeNames())
        .containsExactly(List.of(2, names.get(0)), List.of(2, names.get(1)));
    assertThat(leaf.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(90)));
    assertThat(leaf.getNotBefore().toInstant()).isBefore(NOW);
  }

  @Test
  void makes_a_certificate_for_a_client() throws Exception {
    var pair = Authority.client(authority, "gateway", NOW, RANDOM);
    var leaf = Identity.checked(pair.certificatePem(), pair.keyPem(), NOW).chain().getFirst();
    assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
    assertThat(leaf.getSubjectX500Principal()).hasToString("CN=gateway");
    var other = Pem.certificates(Authority.create("x", NOW, RANDOM).certificatePem()).getFirst();
    assertThatThrownBy(() -> leaf.verify(other.getPublicKey()))
        .isInstanceOf(SignatureException.class);
  }

  @Test
  void no_two_serial_numbers_are_equal() throws Exception {
    var one = Authority.client(authority, "gateway", NOW, RANDOM);
    var two = Authority.client(authority, "gateway", NOW, RANDOM);
    assertThat(Pem.certificates(one.certificatePem()).getFirst().getSerialNumber())
        .isNotEqualTo(Pem.certificates(two.certificatePem()).getFirst().getSerialNumber());
  }

  @Test
  void a_leaf_does_not_outlive_its_authority() throws Exception {
    var late = NOW.plus(Duration.ofDays(3600));
    var pair = Authority.client(authority, "gateway", late, RANDOM);
    assertThat(Pem.certificates(pair.certificatePem()).getFirst().getNotAfter())
        .isEqualTo(Pem.certificates(authority.certificatePem()).getFirst().getNotAfter());
    var after = NOW.plus(Duration.ofDays(3651));
    assertThatThrownBy(() -> Authority.client(authority, "gateway", after, RANDOM))
        .hasMessage("the certificate of \"CN=sluice\" ended at 2036-11-26T08:00:00Z");
  }

  @Test
  void is_due_when_two_thirds_are_over() throws Exception {
    var pem = Authority.client(authority, "gateway", NOW, RANDOM).certificatePem();
    assertThat(Authority.renewalDue(pem, NOW)).isFalse();
    assertThat(Authority.renewalDue(pem, NOW.plus(Duration.ofDays(59)))).isFalse();
    assertThat(Authority.renewalDue(pem, NOW.plus(Duration.ofDays(60)))).isTrue();
    assertThatThrownBy(() -> Authority.renewalDue("x", NOW))
        .hasMessage("the certificate cannot be read (expected: PEM)");
  }
}
