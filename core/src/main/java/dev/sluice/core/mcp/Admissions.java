package dev.sluice.core.mcp;

import dev.sluice.core.policy.KeyPolicy;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Requests for tools that the request flow has let in: it writes a ticket into an internal header,
/// and the service behind Envoy takes it. Nobody else can know one, and each is good once.
public final class Admissions {

  /// More are never on their way; the oldest makes room.
  static final int MAX = 10_000;

  /// One that was not taken by then was lost on its way.
  static final Duration GOOD_FOR = Duration.ofSeconds(30);

  private static final int TICKET_BYTES = 16;

  private final SecureRandom random = new SecureRandom();
  private final LongSupplier nanoTime;
  private final Map<String, Waiting> waiting = new LinkedHashMap<>();

  public Admissions() {
    this(System::nanoTime);
  }

  Admissions(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  private record Waiting(Admitted admitted, long end) {}

  /// Who was let in.
  ///
  /// @param policyVersion of the policy that the key is of
  public record Admitted(String requestId, KeyPolicy key, String policyVersion) {}

  /// A ticket for the internal header.
  public String admit(Admitted admitted) {
    var bytes = new byte[TICKET_BYTES];
    random.nextBytes(bytes);
    var ticket = HexFormat.of().formatHex(bytes);
    keep(ticket, admitted);
    return ticket;
  }

  private synchronized void keep(String ticket, Admitted admitted) {
    forget();
    if (waiting.size() >= MAX) {
      var oldest = waiting.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    waiting.put(ticket, new Waiting(admitted, nanoTime.getAsLong() + GOOD_FOR.toNanos()));
  }

  /// The oldest are the first whose time is over.
  private void forget() {
    var now = nanoTime.getAsLong();
    var oldest = waiting.values().iterator();
    while (oldest.hasNext() && oldest.next().end() - now <= 0) {
      oldest.remove();
    }
  }

  /// Empty for a ticket that was never given out, was taken before, or is too old.
  public synchronized Optional<Admitted> take(String ticket) {
    forget();
    return Optional.ofNullable(waiting.remove(ticket)).map(Waiting::admitted);
  }

  /// Those that were not taken yet.
  synchronized int size() {
    return waiting.size();
  }
}
