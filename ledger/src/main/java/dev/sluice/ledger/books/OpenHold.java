package dev.sluice.ledger.books;

import java.util.List;

/// A hold that has not ended.
///
/// @param usd in nano-dollars, with what it was extended by
/// @param createdAt in milliseconds since 1970
/// @param extensions how many
public record OpenHold(
    long usd, long tokens, long createdAt, int extensions, String note, List<Slot> slots) {
  public OpenHold {
    slots = List.copyOf(slots);
  }

  OpenHold extended(Sums more) {
    return new OpenHold(
        usd + more.usd(), tokens + more.tokens(), createdAt, extensions + 1, note, slots);
  }

  /// What of it must be equal in both books; the number of extensions only tells repeated ones.
  Claim claim() {
    return new Claim(usd, tokens, slots);
  }

  record Claim(long usd, long tokens, List<Slot> slots) {}
}
