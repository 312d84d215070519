package dev.sluice.operator.keys;

import dev.sluice.compiler.MadeKeys;
import dev.sluice.operator.kinds.ApiGroup;
import dev.sluice.operator.world.Seen;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The Secret `NAME-key` of a VirtualKey: its value at `token`, and for a while after a rotation
/// the one before at `previous`.
record MadeSecret(Secret secret) {

  private static final String TOKEN = "token";
  private static final String PREVIOUS = "previous";
  private static final String ROTATED = "sluice.dev/rotated";
  private static final String PREVIOUS_UNTIL = "sluice.dev/previous-until";

  static String name(Seen key) {
    return key.id().name().name() + "-key";
  }

  /// A new Secret, which goes when its key goes.
  static MadeSecret of(Seen key, String token, @Nullable String mark) {
    var builder =
        new SecretBuilder()
            .withNewMetadata()
            .withName(name(key))
            .withNamespace(key.id().name().namespace())
            .addToLabels("app.kubernetes.io/managed-by", "sluice")
            .addNewOwnerReference()
            .withApiVersion(ApiGroup.NAME + "/" + ApiGroup.VERSION)
            .withKind(key.id().kind())
            .withName(key.id().name().name())
            .withUid(key.uid())
            .withController(true)
            .endOwnerReference()
            .endMetadata()
            .withType("Opaque")
            .addToData(TOKEN, encoded(token));
    if (mark != null) {
      builder.editMetadata().addToAnnotations(ROTATED, mark).endMetadata();
    }
    return new MadeSecret(builder.build());
  }

  /// Whether the operator made it for this very key, and not for one of the same name before.
  boolean belongsTo(Seen key) {
    return secret.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> owner.getUid().equals(key.uid()));
  }

  @Nullable String token() {
    return value(TOKEN);
  }

  /// The value before, null where there is none, or it cannot be told until when.
  MadeKeys.@Nullable Replaced replaced() {
    var value = value(PREVIOUS);
    var until = until();
    return value == null || until == null ? null : new MadeKeys.Replaced(value, until);
  }

  @Nullable Instant until() {
    var until = annotations().get(PREVIOUS_UNTIL);
    try {
      return until == null ? null : Instant.parse(until);
    } catch (DateTimeException _) {
      return null; // Written by somebody else: as if the value before were not there.
    }
  }

  boolean rotated(@Nullable String mark) {
    return mark == null || mark.equals(annotations().get(ROTATED));
  }

  MadeSecret rotate(String token, String mark, Instant until) {
    var data = new TreeMap<>(data());
    var old = data.put(TOKEN, encoded(token));
    if (old != null) {
      data.put(PREVIOUS, old);
    }
    return changed(data, Map.of(ROTATED, mark, PREVIOUS_UNTIL, until.toString()));
  }

  /// Whether there is a value before whose time is over, or has none.
  boolean stale(Instant now) {
    var until = until();
    return data().containsKey(PREVIOUS) && (until == null || !now.isBefore(until));
  }

  MadeSecret withoutPrevious() {
    var data = new TreeMap<>(data());
    data.remove(PREVIOUS);
    return changed(data, Map.of());
  }

  private MadeSecret changed(Map<String, String> data, Map<String, String> annotations) {
    return new MadeSecret(
        new SecretBuilder(secret)
            .editMetadata()
            .removeFromAnnotations(PREVIOUS_UNTIL)
            .addToAnnotations(annotations)
            .endMetadata()
            .withData(data)
            .build());
  }

  private @Nullable String value(String key) {
    var text = data().get(key);
    try {
      return text == null
          ? null
          : new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8).strip();
    } catch (IllegalArgumentException _) {
      return null; // The API server lets none through.
    }
  }

  private Map<String, String> data() {
    return Objects.requireNonNullElse(secret.getData(), Map.of());
  }

  private Map<String, String> annotations() {
    return Objects.requireNonNullElse(secret.getMetadata().getAnnotations(), Map.of());
  }

  private static String encoded(String value) {
    return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
  }

  /// The name only.
  @Override
  public String toString() {
    return "MadeSecret[" + secret.getMetadata().getName() + "]";
  }
}
