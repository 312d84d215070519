package dev.sluice.xds.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// The installation's own certificate authority: whom operator and gateways trust, and no one else.
/// It keeps nothing; text goes in and comes out.
public final class Authority {

  public static final Duration AUTHORITY_LASTS = Duration.ofDays(3650);
  public static final Duration LEAF_LASTS = Duration.ofDays(90);

  /// Clocks of two machines differ.
  private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);

  private static final int SERIAL_BITS = 127;

  private Authority() {}

  /// A certificate and its key (PKCS #8).
  public record Pair(String certificatePem, String keyPem) {

    /// Without the key.
    @Override
    public String toString() {
      return "Pair[" + certificatePem + "]";
    }
  }

  /// A new authority.
  public static Pair create(String name, Instant now, SecureRandom random) {
    var keys = keys(random);
    var subject = new Subject(name(name), keys.getPublic(), now.plus(AUTHORITY_LASTS));
    var issuer = new Issuer(subject.name, keys.getPublic(), keys.getPrivate());
    return new Pair(
        signed(
            subject,
            issuer,
            now,
            random,
            certificate -> {
              certificate.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
              certificate.addExtension(
                  Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            }),
        Pem.text(keys.getPrivate()));
  }

  /// For the operator.
  ///
  /// @param dnsNames under which it is reached, at least one
  /// @throws BadCertificateException where the authority's pair cannot be used
  public static Pair server(Pair authority, List<String> dnsNames, Instant now, SecureRandom random)
      throws BadCertificateException {
    var names =
        dnsNames.stream()
            .map(name -> new GeneralName(GeneralName.dNSName, name))
            .toArray(GeneralName[]::new);
    return leaf(
        authority,
        name("operator"),
        now,
        random,
        certificate -> {
          certificate.addExtension(
              Extension.subjectAlternativeName, false, new GeneralNames(names));
          certificate.addExtension(
              Extension.extendedKeyUsage,
              false,
              new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        });
  }

  /// For gateways.
  ///
  /// @throws BadCertificateException where the authority's pair cannot be used
  public static Pair client(Pair authority, String name, Instant now, SecureRandom random)
      throws BadCertificateException {
    return leaf(
        authority,
        name(name),
        now,
        random,
        certificate ->
            certificate.addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth)));
  }

  /// Whether two thirds of its life are over.
  ///
  /// @throws BadCertificateException where it is none
  public static boolean renewalDue(String certificatePem, Instant now)
      throws BadCertificateException {
    var certificate = Pem.certificates(certificatePem).getFirst();
    var from = certificate.getNotBefore().toInstant();
    var life = Duration.between(from, certificate.getNotAfter().toInstant());
    return !now.isBefore(from.plus(life.multipliedBy(2).dividedBy(3)));
  }

  private record Subject(X500Name name, PublicKey key, Instant until) {}

  private record Issuer(X500Name name, PublicKey publicKey, PrivateKey key) {}

  /// Adds what tells one kind of certificate from another.
  private interface Kind {
    void add(JcaX509v3CertificateBuilder certificate) throws IOException;
  }

  private static Pair leaf(
      Pair authority, X500Name name, Instant now, SecureRandom random, Kind kind)
      throws BadCertificateException {
    var issuer = Identity.checked(authority.certificatePem, authority.keyPem, now);
    var root = issuer.chain().getFirst();
    var keys = keys(random);
    var until = now.plus(LEAF_LASTS);
    var end = root.getNotAfter().toInstant();
    return new Pair(
        signed(
            new Subject(name, keys.getPublic(), until.isBefore(end) ? until : end),
            new Issuer(
                X500Name.getInstance(root.getSubjectX500Principal().getEncoded()),
                root.getPublicKey(),
                issuer.key()),
            now,
            random,
            certificate -> {
              certificate.addExtension(
                  Extension.basicConstraints, true, new BasicConstraints(false));
              certificate.addExtension(
                  Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
              kind.add(certificate);
            }),
        Pem.text(keys.getPrivate()));
  }

  private static String signed(
      Subject subject, Issuer issuer, Instant now, SecureRandom random, Kind kind) {
    try {
      var certificate =
          new JcaX509v3CertificateBuilder(
              issuer.name,
              new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
              Date.from(now.minus(CLOCKS_DIFFER)),
              Date.from(subject.until),
              subject.name,
              subject.key);
      var identifiers = new JcaX509ExtensionUtils();
      certificate.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          identifiers.createSubjectKeyIdentifier(subject.key));
      certificate.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          identifiers.createAuthorityKeyIdentifier(issuer.publicKey));
      kind.add(certificate);
      var signer = new JcaContentSignerBuilder("SHA256withECDSA").setSecureRandom(random);
      X509Certificate made =
          new JcaX509CertificateConverter()
              .getCertificate(certificate.build(signer.build(issuer.key)));
      return Pem.text(made);
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException("BUG: a certificate cannot be made", e);
    }
  }

  private static KeyPair keys(SecureRandom random) {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("BUG: no EC P-256", e);
    }
  }

  private static X500Name name(String common) {
    return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, common).build();
  }
}
