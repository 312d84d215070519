package dev.sluice.operator.tls;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.operator.report.EventWriter;
import dev.sluice.xds.tls.BadCertificateException;
import dev.sluice.xds.tls.ListenerCertificate;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What gateways show to clients, in a Secret `kubernetes.io/tls` of the operator's namespace.
/// Every replica watches it and hands it to its Envoys, so that all of them show one leaf. What
/// cannot be used changes nothing; it is told once, in each log, and by the one that leads as an
/// event of the Secret.
///
/// Only one thread looks at a time.
public final class ListenerSecret implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ListenerSecret.class);
  private static final String CERTIFICATE = "tls.crt";
  private static final String KEY = "tls.key";

  private final ObjectName name;
  private final Out out;
  private final InstantSource clock;
  private final SharedIndexInformer<Secret> informer;
  private @Nullable ListenerCertificate inForce;
  private String logged = "";
  private String told = "";

  /// Where it leads to.
  ///
  /// @param show hands a certificate to Envoys
  /// @param leads whether this replica writes events
  public record Out(
      Consumer<ListenerCertificate> show, EventWriter events, BooleanSupplier leads) {}

  private ListenerSecret(
      KubernetesClient client, ObjectName name, Out out, Runnable changed, InstantSource clock) {
    this.name = name;
    this.out = out;
    this.clock = clock;
    // By its name: the operator may not see the other Secrets there.
    this.informer =
        client
            .secrets()
            .inNamespace(name.namespace())
            .withName(name.name())
            .inform(new Changes(changed));
  }

  /// Returns once it is known whether the Secret is there.
  ///
  /// @param changed is called at each change, and must return at once
  public static ListenerSecret watch(
      KubernetesClient client, ObjectName name, Out out, Runnable changed, InstantSource clock) {
    return new ListenerSecret(client, name, out, changed, clock);
  }

  /// Puts what the Secret has in force, if that can be; also a certificate that was too new, or
  /// that ends, is found by this.
  public void look() {
    var secret = informer.getStore().list().stream().findFirst().orElse(null);
    try {
      var next = read(secret);
      if (!next.equals(inForce)) {
        out.show().accept(next);
        inForce = next;
      }
      tell(secret, EventWriter.Type.Normal, "CertificateShown", "clients see " + next.words());
    } catch (BadCertificateException e) {
      var last =
          inForce == null
              ? "gateways that start now wait for one, others keep theirs"
              : "the last good certificate stays";
      tell(secret, EventWriter.Type.Warning, "CertificateUnusable", e.sentence() + "; " + last);
    }
  }

  private ListenerCertificate read(@Nullable Secret secret) throws BadCertificateException {
    if (secret == null || secret.isMarkedForDeletion()) {
      throw new BadCertificateException(
          "there is no such Secret (expected: one with %s and %s)".formatted(CERTIFICATE, KEY));
    }
    return ListenerCertificate.checked(
        value(secret, CERTIFICATE), value(secret, KEY), clock.instant());
  }

  private static String value(Secret secret, String key) throws BadCertificateException {
    var text = secret.getData() == null ? null : secret.getData().get(key);
    if (text == null) {
      throw new BadCertificateException(
          "there is no %s in it (expected: %s and %s)".formatted(key, CERTIFICATE, KEY));
    }
    return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
  }

  /// Once, not at each look.
  private void tell(
      @Nullable Secret secret, EventWriter.Type type, String reason, String sentence) {
    if (!sentence.equals(logged)) {
      var level = type == EventWriter.Type.Warning ? LOG.atWarn() : LOG.atInfo();
      level.log("Secret {}: {}", name, sentence);
      logged = sentence;
    }
    if (!sentence.equals(told) && out.leads().getAsBoolean()) {
      var about =
          new ObjectReferenceBuilder()
              .withApiVersion("v1")
              .withKind("Secret")
              .withNamespace(name.namespace())
              .withName(name.name())
              .withUid(secret == null ? null : secret.getMetadata().getUid())
              .build();
      out.events().write(about, type, reason, sentence, clock.instant());
      told = sentence;
    }
  }

  @Override
  public void close() {
    informer.close();
  }

  /// Any change.
  private record Changes(Runnable changed) implements ResourceEventHandler<Secret> {
    @Override
    public void onAdd(Secret secret) {
      changed.run();
    }

    @Override
    public void onUpdate(Secret before, Secret now) {
      changed.run();
    }

    @Override
    public void onDelete(Secret secret, boolean unseen) {
      changed.run();
    }
  }
}
