package dev.sluice.extproc.authenticate;

import dev.sluice.core.policy.KeyDigest;
import dev.sluice.core.policy.KeyFormat;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.count.Tickets;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.decode.Head;
import dev.sluice.extproc.decode.Head.Offered;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.extproc.route.Route;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Finds the virtual key that a request carries.
///
/// A known key in `x-sluice-key` decides by itself. Clients put the same key, or keys of other
/// services, into the two other headers: there the one that is known counts, and two different
/// known ones are refused.
public final class Authenticator {

  private static final int KEY_CHARS_MAX = 256;
  private static final String BEARER = "bearer ";

  private final InstantSource clock;
  private final Tickets tickets;

  /// @param tickets of the gateway's own counts
  public Authenticator(InstantSource clock, Tickets tickets) {
    this.clock = clock;
    this.tickets = tickets;
  }

  /// Whose key this is.
  ///
  /// @throws Refused without a key that may be used now
  public KeyPolicy authenticate(Head head, Snapshot snapshot) {
    var offered = head.offered();
    var bearer = bearer(offered.authorization(), snapshot);
    var key = known(offered.sluiceKey(), snapshot);
    if (key == null && Endpoint.of(head) == Endpoint.COUNT_TOKENS) {
      var ticket = tickets.ticket(offered.sluiceKey());
      key = ticket == null ? null : ticket.key();
    }
    if (key == null) {
      key = theOne(known(offered.apiKey(), snapshot), bearer.key());
    }
    if (key == null) {
      throw new Refused(unknown(offered, bearer.token()));
    }
    checkUsable(key, clock.instant());
    return key;
  }

  /// Where one of the gateway's own counts must go; null for what clients send.
  public @Nullable Route bound(Endpoint endpoint, Head head) {
    var ticket =
        endpoint == Endpoint.COUNT_TOKENS ? tickets.ticket(head.offered().sluiceKey()) : null;
    return ticket == null ? null : ticket.route();
  }

  /// @param key null where it is not known
  private record Bearer(@Nullable String token, @Nullable KeyPolicy key) {}

  private static @Nullable KeyPolicy theOne(@Nullable KeyPolicy first, @Nullable KeyPolicy second) {
    if (first != null && second != null && !first.name().equals(second.name())) {
      throw new Refused(new Refusal.KeysConflict());
    }
    return first != null ? first : second;
  }

  private static @Nullable KeyPolicy known(@Nullable String key, Snapshot snapshot) {
    return key == null || key.isEmpty() || key.length() > KEY_CHARS_MAX
        ? null
        : snapshot.key(KeyDigest.of(key));
  }

  /// The one that is known, else the whole. Envoy joins two such headers with a comma, which a key
  /// may contain too.
  private static Bearer bearer(@Nullable String authorization, Snapshot snapshot) {
    var whole = token(authorization);
    var key = known(whole, snapshot);
    if (authorization == null || key != null) {
      return new Bearer(whole, key);
    }
    for (var part : authorization.split(",", -1)) {
      var token = token(part.strip());
      var itsKey = known(token, snapshot);
      if (itsKey != null) {
        return new Bearer(token, itsKey);
      }
    }
    return new Bearer(whole, null);
  }

  private static @Nullable String token(@Nullable String authorization) {
    boolean isBearer =
        authorization != null
            && authorization.length() > BEARER.length()
            && authorization.substring(0, BEARER.length()).toLowerCase(Locale.ROOT).equals(BEARER);
    return authorization != null && isBearer
        ? authorization.substring(BEARER.length()).strip()
        : null;
  }

  private static Refusal unknown(Offered offered, @Nullable String bearer) {
    if (offered.sluiceKey() == null && offered.apiKey() == null && bearer == null) {
      return new Refusal.KeyMissing();
    }
    return new Refusal.KeyUnknown(
        mistyped(offered.sluiceKey()) || mistyped(offered.apiKey()) || mistyped(bearer));
  }

  private static boolean mistyped(@Nullable String key) {
    return key != null
        && key.length() <= KEY_CHARS_MAX
        && KeyFormat.looksOurs(key)
        && !KeyFormat.checksumOk(key);
  }

  /// Checks that a key may be used.
  ///
  /// @throws Refused where it is suspended or has expired
  public static void checkUsable(KeyPolicy key, Instant now) {
    if (key.suspended()) {
      throw new Refused(new Refusal.KeySuspended(key.name().name()));
    }
    var expiresAt = key.expiresAt();
    if (expiresAt != null && !now.isBefore(expiresAt)) {
      throw new Refused(new Refusal.KeyExpired(key.name().name(), expiresAt));
    }
  }
}
