package dev.sluice.ledger;

import dev.sluice.core.budget.Limit;
import dev.sluice.core.money.NanoUsd;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;

/// Asks for a hold.
///
/// @param id unique for ever; the request id
/// @param limits every limit that applies, in the order in which they are shown
/// @param ask what covers the call whatever happens
/// @param least below which the call cannot be made smaller; in no part more than `ask`. Where
///   `ask` does not fit but `least` does, the hold is all that fits
/// @param note told again by the [ExpiredHold], should it come to that; kept as it is
/// @param lifetime after which the hold ends by itself, unless it is renewed
public record HoldRequest(
    String id, List<Limit> limits, Amounts ask, Amounts least, String note, Duration lifetime) {

  /// How the ids of holds begin that are of no call: what others used, carried over to a budget.
  public static final String CARRIED = "carried:";

  public HoldRequest {
    limits = List.copyOf(limits);
    if (id.isEmpty() || id.indexOf('\0') >= 0) {
      throw bad("id", id, "not empty, no character 0");
    }
    if (!ask.isExact()) {
      throw bad("ask", ask, "at most " + NanoUsd.MAX + ", and 2^53 tokens");
    }
    if (!least.isExact() || !least.within(ask)) {
      throw bad("least", least, "at most " + ask);
    }
    if (note.indexOf('\0') >= 0) {
      throw bad("note", note, "no character 0");
    }
    if (lifetime.toMillis() <= 0) {
      throw bad("lifetime", lifetime, "1 ms or more");
    }
    var ids = new HashSet<String>();
    for (var limit : limits) {
      if (!ids.add(limit.id())) {
        throw bad("limits", limit.id() + " twice", "each once");
      }
    }
  }

  /// The same hold, of just so much, or of the most that one can be asked for.
  public HoldRequest granted(Amounts amounts) {
    long tokens = Math.min(amounts.tokens(), NanoUsd.MAX.nanos());
    var most = new Amounts(amounts.usd().min(NanoUsd.MAX), tokens);
    return new HoldRequest(id, limits, most, most, note, lifetime);
  }

  private static IllegalArgumentException bad(String name, Object value, String expected) {
    return new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
  }
}
