package dev.sluice.testkit.aws;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// The key pairs that a region knows: those of its users, and the temporary ones given out.
public final class KeyRing {

  private static final int KEYS_MAX = 10_000;

  private final InstantSource clock;
  private final Duration lifetime;
  private final LinkedHashMap<String, AwsCredential> issuedKeys = new LinkedHashMap<>();
  private final List<AwsCredential> known;
  private long issued;

  public KeyRing(List<AwsCredential> known, InstantSource clock, Duration lifetime) {
    this.known = List.copyOf(known);
    this.clock = clock;
    this.lifetime = lifetime;
  }

  synchronized AwsCredential issue() {
    issued++;
    var serial = "%06d".formatted(issued);
    var credential =
        AwsCredential.temporary(
            "ASIASIMULATED" + serial,
            "simulated/temporary/secret/key/" + serial,
            "IQoJb3JpZ2luSIMULATED" + serial,
            clock.instant().plus(lifetime));
    issuedKeys.put(credential.accessKeyId(), credential);
    if (issuedKeys.size() > KEYS_MAX) {
      issuedKeys.remove(issuedKeys.firstEntry().getKey());
    }
    return credential;
  }

  /// How many were given out in all.
  public synchronized long issued() {
    return issued;
  }

  synchronized Optional<AwsCredential> find(String accessKeyId) {
    return Optional.ofNullable(issuedKeys.get(accessKeyId))
        .or(
            () ->
                known.stream()
                    .filter(credential -> credential.accessKeyId().equals(accessKeyId))
                    .findFirst());
  }
}
