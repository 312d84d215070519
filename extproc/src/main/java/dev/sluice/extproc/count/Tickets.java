package dev.sluice.extproc.count;

import dev.sluice.core.policy.KeyDigest;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.extproc.route.Route;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// Lets the gateway's own calls through its own front door: a ticket is random, stands for one key,
/// is good for counting tokens at one place only, and ends with the call. Only its digest is kept.
public final class Tickets {

  private static final int TICKET_BYTES = 32;

  private final SecureRandom random = new SecureRandom();
  private final ConcurrentMap<KeyDigest, Ticket> open = new ConcurrentHashMap<>();

  /// What a ticket stands for.
  ///
  /// @param route that counts, and no other: a hold rests on it
  public record Ticket(KeyPolicy key, Route route) {}

  String issue(KeyPolicy key, Route route) {
    var bytes = new byte[TICKET_BYTES];
    random.nextBytes(bytes);
    var ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    open.put(KeyDigest.of(ticket), new Ticket(key, route));
    return ticket;
  }

  void revoke(String ticket) {
    open.remove(KeyDigest.of(ticket));
  }

  /// What a ticket stands for; null for any other word.
  public @Nullable Ticket ticket(@Nullable String ticket) {
    return ticket == null || open.isEmpty() ? null : open.get(KeyDigest.of(ticket));
  }
}
