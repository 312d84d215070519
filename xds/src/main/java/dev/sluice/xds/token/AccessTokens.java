package dev.sluice.xds.token;

import dev.sluice.core.provider.Credential;
import dev.sluice.core.provider.Credentials;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// The access tokens of all credentials that are changed for some: each is renewed well ahead of
/// its end, so that no request waits for one.
public final class AccessTokens implements AutoCloseable {

  /// A new policy waits so long for tokens that nobody has had yet.
  private static final Duration FIRST_WITHIN = Duration.ofSeconds(3);

  /// Shown while there is none: the provider refuses it, and the client is told so.
  private static final Credential.Value NONE = new Credential.Value("unavailable");

  private static final Credential.AwsKeyPair NO_PAIR =
      new Credential.AwsKeyPair("unavailable", "unavailable", "");

  private final ConcurrentMap<Credential, Renewal> renewals = new ConcurrentHashMap<>();
  private final Runnable renewed;
  private final Map<String, String> environment;

  /// @param environment where a platform says who we are
  /// @param renewed hears that a token has changed, on a thread of its own
  public AccessTokens(Map<String, String> environment, Runnable renewed) {
    this.environment = Map.copyOf(environment);
    this.renewed = renewed;
  }

  /// Begins with the tokens of these credentials, waits a moment for their first ones, and ends
  /// with those of all others.
  public void keep(Credentials credentials) throws InterruptedException {
    var wanted = new HashSet<>(credentials.values().values());
    renewals
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !wanted.contains(entry.getKey());
              if (gone) {
                entry.getValue().close();
              }
              return gone;
            });
    var deadline = Instant.now().plus(FIRST_WITHIN);
    var names = new HashMap<Credential, String>();
    credentials.values().forEach((name, credential) -> names.putIfAbsent(credential, name));
    names.forEach(this::begin);
    for (var renewal : renewals.values()) {
      renewal.awaitFirst(Duration.between(Instant.now(), deadline));
    }
  }

  private void begin(Credential credential, String name) {
    var source = TokenSource.of(credential, environment);
    if (source != null) {
      renewals.computeIfAbsent(credential, _ -> Renewal.start(name, source, renewed));
    }
  }

  /// The same, with tokens in the place of what is changed for them.
  public Credentials shown(Credentials credentials) {
    var shown = new HashMap<String, Credential>();
    credentials.values().forEach((name, credential) -> shown.put(name, shown(credential)));
    return new Credentials(shown);
  }

  private Credential shown(Credential credential) {
    return switch (credential) {
      case Credential.Value _, Credential.AwsKeyPair _ -> credential;
      case Credential.AwsIdentity _ -> shown(credential, NO_PAIR);
      case Credential.GoogleKey _,
          Credential.GoogleIdentity _,
          Credential.EntraSecret _,
          Credential.EntraIdentity _ ->
          shown(credential, NONE);
    };
  }

  private Credential shown(Credential credential, Credential none) {
    var renewal = renewals.get(credential);
    var token = renewal == null ? null : renewal.token();
    return token == null ? none : token;
  }

  @Override
  public void close() {
    renewals.values().forEach(Renewal::close);
    renewals.clear();
  }

  @Override
  public String toString() {
    return "AccessTokens" + Map.copyOf(renewals).values();
  }
}
