package dev.sluice.core.mcp;

import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.Snapshot;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Requests for tools that the request flow has let in: it writes a ticket into an internal header,
/// and the service behind Envoy takes it. Nobody else can know one, and each is good once.
public final class Admissions {

  /// More are never on their way; the oldest makes room.
  static final int MAX = 10_000;

  private static final int TICKET_BYTES = 16;

  private final SecureRandom random = new SecureRandom();
  private final Map<String, Admitted> waiting =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Admitted> eldest) {
              return size() > MAX;
            }
          });

  /// Who was let in.
  ///
  /// @param snapshot the policy that the key is of
  public record Admitted(String requestId, KeyPolicy key, Snapshot snapshot) {}

  /// A ticket for the internal header.
  public String admit(Admitted admitted) {
    var bytes = new byte[TICKET_BYTES];
    random.nextBytes(bytes);
    var ticket = HexFormat.of().formatHex(bytes);
    waiting.put(ticket, admitted);
    return ticket;
  }

  /// Empty for a ticket that was never given out, or was taken before.
  public Optional<Admitted> take(String ticket) {
    return Optional.ofNullable(waiting.remove(ticket));
  }
}
