package dev.sluice.operator.tls;

import dev.sluice.xds.tls.Authority;
import dev.sluice.xds.tls.BadCertificateException;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The operator's own authority, in three Secrets of its namespace: `NAME-authority`, and from it
/// `NAME-operator` for itself and `NAME-gateway` for the gateways, which mount it. Any replica
/// makes and renews them; of two that do so at once one wins, and both use what is there.
public final class AdsCertificates implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AdsCertificates.class);
  private static final String AUTHORITY = "ca.crt";
  private static final String CERTIFICATE = "tls.crt";
  private static final String KEY = "tls.key";

  private final KubernetesClient client;
  private final Names names;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private final Path folder;

  /// @param namespace of the Secrets
  /// @param prefix of their names
  /// @param host as Envoys call the operator
  public record Names(String namespace, String prefix, String host) {}

  private AdsCertificates(KubernetesClient client, Names names, InstantSource clock, Path folder) {
    this.client = client;
    this.names = names;
    this.clock = clock;
    this.folder = folder;
  }

  /// Makes what is missing, and returns once the operator's files are there.
  public static AdsCertificates open(KubernetesClient client, Names names, InstantSource clock)
      throws IOException {
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    var folder = Files.createTempDirectory("sluice-ads-", owner);
    var certificates = new AdsCertificates(client, names, clock, folder);
    certificates.renew();
    return certificates;
  }

  /// Where `ca.crt`, `tls.crt` and `tls.key` are.
  public Path folder() {
    return folder;
  }

  /// Makes anew what has passed two thirds of its life, and takes over what others made.
  public void renew() throws IOException {
    try {
      renewAll();
    } catch (BadCertificateException e) {
      throw new IOException(
          "the Secrets %s-*: %s (expected: as the operator made them; delete them to get new ones)"
              .formatted(names.prefix(), e.sentence()),
          e);
    }
  }

  private void renewAll() throws BadCertificateException, IOException {
    var now = clock.instant();
    var authority = authority(now);
    leaf("gateway", authority, ca -> Authority.client(ca, "sluice-gateway", now, random), now);
    var own =
        leaf(
            "operator",
            authority,
            ca -> Authority.server(ca, List.of(names.host()), now, random),
            now);
    for (var file : List.of(AUTHORITY, CERTIFICATE, KEY)) {
      write(file, value(own, file));
    }
  }

  private Authority.Pair authority(Instant now) {
    var found = find("authority");
    var secret = found == null ? create("authority", authoritySecret(now)) : found;
    return new Authority.Pair(value(secret, CERTIFICATE), value(secret, KEY));
  }

  private Map<String, String> authoritySecret(Instant now) {
    var pair = Authority.create("sluice " + names.prefix(), now, random);
    return Map.of(CERTIFICATE, pair.certificatePem(), KEY, pair.keyPem());
  }

  /// Makes a certificate.
  private interface Make {
    Authority.Pair from(Authority.Pair authority) throws BadCertificateException;
  }

  private Secret leaf(String name, Authority.Pair authority, Make make, Instant now)
      throws BadCertificateException {
    var found = find(name);
    boolean fine =
        found != null
            && value(found, AUTHORITY).equals(authority.certificatePem())
            && !Authority.renewalDue(value(found, CERTIFICATE), now);
    if (found != null && fine) {
      return found;
    }
    var pair = make.from(authority);
    var data =
        Map.of(
            AUTHORITY,
            authority.certificatePem(),
            CERTIFICATE,
            pair.certificatePem(),
            KEY,
            pair.keyPem());
    return found == null ? create(name, data) : replace(found, data);
  }

  private @Nullable Secret find(String name) {
    return client.secrets().inNamespace(names.namespace()).withName(full(name)).get();
  }

  private Secret create(String name, Map<String, String> data) {
    var secret =
        new SecretBuilder()
            .withNewMetadata()
            .withName(full(name))
            .withNamespace(names.namespace())
            .addToLabels("app.kubernetes.io/managed-by", "sluice")
            .endMetadata()
            .withType("Opaque")
            .withData(encoded(data))
            .build();
    try {
      var made = client.resource(secret).create();
      LOG.atInfo().addKeyValue("secret", full(name)).log("made a certificate");
      return made;
    } catch (KubernetesClientException e) {
      return theirs(name, e);
    }
  }

  private Secret replace(Secret found, Map<String, String> data) {
    var name = found.getMetadata().getName().substring(names.prefix().length() + 1);
    var secret = new SecretBuilder(found).withData(encoded(data)).build();
    try {
      var version = found.getMetadata().getResourceVersion();
      var renewed = client.resource(secret).lockResourceVersion(version).update();
      LOG.atInfo().addKeyValue("secret", full(name)).log("renewed a certificate");
      return renewed;
    } catch (KubernetesClientException e) {
      return theirs(name, e);
    }
  }

  /// What another replica made a moment before.
  private Secret theirs(String name, KubernetesClientException e) {
    var there = e.getCode() == HttpURLConnection.HTTP_CONFLICT ? find(name) : null;
    if (there == null) {
      throw e;
    }
    return there;
  }

  private String full(String name) {
    return names.prefix() + "-" + name;
  }

  private static Map<String, String> encoded(Map<String, String> data) {
    var encoded = new TreeMap<String, String>();
    data.forEach(
        (key, text) ->
            encoded.put(
                key, Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))));
    return encoded;
  }

  private static String value(Secret secret, String key) {
    var text = secret.getData() == null ? null : secret.getData().get(key);
    if (text == null) {
      throw new IllegalStateException(
          "Secret %s has no %s (expected: as the operator made it; delete it to get a new one)"
              .formatted(secret.getMetadata().getName(), key));
    }
    return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
  }

  private void write(String file, String text) throws IOException {
    var next = folder.resolve(file + ".new");
    Files.writeString(next, text);
    Files.move(next, folder.resolve(file), StandardCopyOption.ATOMIC_MOVE);
  }

  /// No key stays on the disk.
  @Override
  public void close() throws IOException {
    for (var file : List.of(AUTHORITY, CERTIFICATE, KEY)) {
      Files.deleteIfExists(folder.resolve(file + ".new"));
      Files.deleteIfExists(folder.resolve(file));
    }
    Files.delete(folder);
  }
}
