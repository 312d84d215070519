package dev.sluice.ledger.books;

/// What one window holds.
///
/// @param posted charged for good, `unconfirmed` included
public record Counters(long posted, long held, long unconfirmed) {

  public static final Counters ZERO = new Counters(0, 0, 0);

  Counters plus(long morePosted, long moreHeld, long moreUnconfirmed) {
    return new Counters(
        Math.addExact(posted, morePosted),
        Math.addExact(held, moreHeld),
        Math.addExact(unconfirmed, moreUnconfirmed));
  }
}
