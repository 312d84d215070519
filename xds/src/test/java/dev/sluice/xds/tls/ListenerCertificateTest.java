package dev.sluice.xds.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringWriter;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.Test;

class ListenerCertificateTest {

  private static final Instant NOW = Instant.parse("2026-11-29T08:00:00Z");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Authority.Pair AUTHORITY = Authority.create("sluice", NOW, RANDOM);

  private static Authority.Pair leaf() throws Exception {
    return Authority.server(AUTHORITY, List.of("gateway.example"), NOW, RANDOM);
  }

  @Test
  void a_chain_with_its_key_is_taken() throws Exception {
    var leaf = leaf();
    var chain = leaf.certificatePem() + AUTHORITY.certificatePem();
    var taken = ListenerCertificate.checked(chain, leaf.keyPem(), NOW);
    assertThat(taken).isEqualTo(new ListenerCertificate(chain, leaf.keyPem()));
    assertThat(taken.toString()).doesNotContain("KEY").doesNotContain("BEGIN");
    assertThat(taken.words()).startsWith("[gateway.example], until 20").endsWith("Z");
  }

  @Test
  void keys_in_the_forms_of_openssl_are_taken() throws Exception {
    var leaf = leaf();
    var old = old(sec1(leaf));
    assertThat(old).contains("BEGIN EC PRIVATE KEY");
    assertThat(ListenerCertificate.checked(leaf.certificatePem(), old, NOW).keyPem())
        .isEqualTo(old);
    var rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(2048);
    var key = rsa.generateKeyPair().getPrivate();
    assertThat(old(key)).contains("BEGIN RSA PRIVATE KEY");
    assertThat(Pem.key(old(key))).isEqualTo(key);
    var parameters =
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    assertThat(ListenerCertificate.checked(leaf.certificatePem(), parameters + old, NOW).keyPem())
        .endsWith(old);
  }

  /// As OpenSSL writes it, with curve and public key.
  private static PemObject sec1(Authority.Pair leaf) throws Exception {
    var held = Pem.certificates(leaf.certificatePem()).getFirst().getPublicKey();
    var info = SubjectPublicKeyInfo.getInstance(held.getEncoded());
    var key =
        new ECPrivateKey(
            256,
            ((java.security.interfaces.ECPrivateKey) Pem.key(leaf.keyPem())).getS(),
            info.getPublicKeyData(),
            info.getAlgorithm().getParameters());
    return new PemObject("EC PRIVATE KEY", key.getEncoded());
  }

  private static String old(Object key) throws Exception {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(key);
    }
    return text.toString();
  }

  @Test
  void a_bad_pair_is_told_in_one_sentence() throws Exception {
    var leaf = leaf();
    refused(leaf.certificatePem(), leaf().keyPem(), "the key does not fit the certificate of ");
    refused(
        AUTHORITY.certificatePem() + leaf.certificatePem(), leaf.keyPem(), "the key does not fit");
    refused("", leaf.keyPem(), "the certificate cannot be read (expected: PEM)");
    refused("-----BEGIN CERTIFICATE-----\nAAAA\n", leaf.keyPem(), "the certificate cannot be read");
    refused(leaf.certificatePem(), "", "the key cannot be read (expected: PEM)");
    refused(leaf.certificatePem(), leaf.keyPem().substring(0, 90), "the key cannot be read");
    refused(leaf.certificatePem(), ENCRYPTED, "the key has a passphrase (expected: none)");
    var rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(2048);
    refused(
        leaf.certificatePem(),
        Pem.text(rsa.generateKeyPair().getPrivate()),
        "the key does not fit the certificate of \"CN=operator\" (expected: the leaf first,");
  }

  @Test
  void one_that_is_not_of_today_is_told() throws Exception {
    var leaf = leaf();
    var later = NOW.plus(Duration.ofDays(91));
    assertThatThrownBy(
            () -> ListenerCertificate.checked(leaf.certificatePem(), leaf.keyPem(), later))
        .hasMessage("the certificate of \"CN=operator\" ended at 2027-02-27T08:00:00Z");
    var sooner = NOW.minus(Duration.ofDays(1));
    assertThatThrownBy(
            () -> ListenerCertificate.checked(leaf.certificatePem(), leaf.keyPem(), sooner))
        .hasMessage("the certificate of \"CN=operator\" begins at 2026-11-29T07:55:00Z");
  }

  @Test
  void other_curves_fit_too() throws Exception {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp384r1"));
    var key = generator.generateKeyPair().getPrivate();
    assertThat(Pem.key(Pem.text(key))).isEqualTo(key);
  }

  private static void refused(String chain, String key, String sentence) {
    assertThatThrownBy(() -> ListenerCertificate.checked(chain, key, NOW))
        .isInstanceOf(BadCertificateException.class)
        .hasMessageStartingWith(sentence)
        .hasMessageNotContaining("BEGIN");
  }

  private static final String ENCRYPTED =
      """
      -----BEGIN RSA PRIVATE KEY-----
      Proc-Type: 4,ENCRYPTED
      DEK-Info: AES-256-CBC,00000000000000000000000000000000

      AAAAAAAAAAAAAAAAAAAAAA==
      -----END RSA PRIVATE KEY-----
      """;
}
