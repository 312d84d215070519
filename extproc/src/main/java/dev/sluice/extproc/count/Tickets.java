package dev.sluice.extproc.count;

import dev.sluice.core.policy.KeyDigest;
import dev.sluice.core.policy.KeyPolicy;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// Lets the gateway's own calls through its own front door: a ticket is random, stands for one key,
/// is good for counting tokens only, and ends with the call. Only its digest is kept.
public final class Tickets {

  private static final int TICKET_BYTES = 32;

  private final SecureRandom random = new SecureRandom();
  private final ConcurrentMap<KeyDigest, KeyPolicy> open = new ConcurrentHashMap<>();

  String issue(KeyPolicy key) {
    var bytes = new byte[TICKET_BYTES];
    random.nextBytes(bytes);
    var ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    open.put(KeyDigest.of(ticket), key);
    return ticket;
  }

  void revoke(String ticket) {
    open.remove(KeyDigest.of(ticket));
  }

  /// The key that a ticket stands for.
  public @Nullable KeyPolicy key(@Nullable String ticket) {
    return ticket == null || open.isEmpty() ? null : open.get(KeyDigest.of(ticket));
  }
}
